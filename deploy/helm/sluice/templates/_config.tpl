{{/* The node's sluice.yaml, and what is refused because it would not come true. */}}

{{- define "sluice.config" -}}
{{- include "sluice.refuse" . -}}
{{- $config := deepCopy .Values.config -}}
{{- $edge := $config.edge | default dict -}}
{{- $_ := set $edge "host" (ternary "::" "0.0.0.0" .Values.ipv6) -}}
{{- $_ := set $edge "port" 8000 -}}
{{- $_ := set $edge "max-connection-age" (include "sluice.connectionAge" .) -}}
{{- if .Values.tls.secretName -}}
{{- $_ := set $edge "tls" (dict "certificate" "/run/secrets/sluice-tls/tls.crt" "key" "/run/secrets/sluice-tls/tls.key") -}}
{{- end -}}
{{- $_ := set $config "edge" $edge -}}
{{- $api := $config.api | default dict -}}
{{- $_ := set $api "host" (ternary "::" "0.0.0.0" .Values.ipv6) -}}
{{- $_ := set $api "port" 9000 -}}
{{- $_ := set $config "api" $api -}}
{{- $_ := set $config "drain" (pick .Values.drain "announce" "duration") -}}
{{ toYaml $config }}
{{- range $key, $from := .Values.secrets }}
{{- if $from }}
{{ $key }}: file:/run/secrets/sluice/{{ $key }}
{{- end }}
{{- end }}
{{- end -}}

{{/* The ports of collectors that config names, separated by commas. */}}
{{- define "sluice.collectorPorts" -}}
{{- $ports := dict -}}
{{- $traces := index (.Values.config.tracing | default dict) "endpoint" | default "" -}}
{{- $metrics := index (.Values.config.metrics | default dict) "otlp-endpoint" | default "" -}}
{{- range $url := list $traces $metrics -}}
{{- if $url -}}
{{- $host := regexFind "^https?://[^/]*" $url -}}
{{- $port := regexFind ":[0-9]+$" $host | trimPrefix ":" | default (ternary "443" "80" (hasPrefix "https:" $url)) -}}
{{- $_ := set $ports $port true -}}
{{- end -}}
{{- end -}}
{{- keys $ports | sortAlpha | join "," -}}
{{- end -}}

{{- define "sluice.refuse" -}}
{{- range $section, $keys := .Values.config -}}
{{- range $key, $_ := $keys -}}
{{- if contains "." (printf "%s%s" $section $key) -}}
{{- fail (printf "config: %s.%s has a dot, write it nested" $section $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $key, $_ := .Values.secrets -}}
{{- if not (regexMatch "^(api|tokens|redis|kafka\\.properties)\\.[a-z0-9.-]+$" $key) -}}
{{- fail (printf "secrets: %s is no secret key of sluice.yaml; these begin with api., tokens., redis. or kafka.properties." $key) -}}
{{- end -}}
{{- end -}}
{{- if .Values.config.drain -}}
{{- fail "config.drain: the chart writes it, set drain.announce and drain.duration instead" -}}
{{- end -}}
{{- $owned := dict
  "node.id" "each node takes one of its own"
  "edge.host" "the chart writes it, see ipv6"
  "edge.port" "the chart writes 8000, set service.port instead"
  "edge.max-connection-age" "the chart writes it, set connectionAge instead"
  "api.host" "the chart writes it, see ipv6"
  "api.port" "the chart writes 9000"
  "api.address" "each node takes its pod's address" -}}
{{- if .Values.tls.secretName -}}
{{- $_ := set $owned "edge.tls" "the chart writes it, from tls.secretName" -}}
{{- end -}}
{{- range $key, $why := $owned -}}
{{- $part := splitList "." $key -}}
{{- if hasKey (index $.Values.config (first $part) | default dict) (last $part) -}}
{{- fail (printf "config.%s: %s" $key $why) -}}
{{- end -}}
{{- end -}}
{{- range .Values.env -}}
{{- if regexMatch "^SLUICE_(DRAIN_.+|NODE_ID|EDGE_(HOST|PORT|MAX_CONNECTION_AGE)|API_(HOST|PORT|ADDRESS)|JAVA_OPTS)$" .name -}}
{{- fail (printf "env: %s is set by the chart" .name) -}}
{{- end -}}
{{- end -}}

{{- include "sluice.refuseSecrets" . -}}
{{- range $key, $from := .Values.secrets -}}
{{- if $from -}}
{{- $part := splitn "." 2 $key -}}
{{- if hasKey (index $.Values.config $part._0 | default dict) ($part._1 | default "") -}}
{{- fail (printf "config.%s: is also in secrets; one of the two must go (null takes a default away)" $key) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- range $found := regexFindAll ":[0-9]+(,|$)" (index (.Values.config.kafka | default dict) "bootstrap-servers" | default "" | nospace) -1 -}}
{{- $port := regexFind "[0-9]+" $found | int -}}
{{- $known := dict -}}
{{- range $.Values.networkPolicy.kafkaPorts -}}{{- $_ := set $known (toString .) true -}}{{- end -}}
{{- if and $.Values.networkPolicy.enabled (not (hasKey $known (toString $port))) -}}
{{- fail (printf "networkPolicy.kafkaPorts: port %d of config.kafka.bootstrap-servers is not among them" $port) -}}
{{- end -}}
{{- end -}}

{{- with .Values.autoscaling -}}
{{- if ne .mode "none" -}}
{{- if eq (include "sluice.millis" (include "sluice.connectionAge" $)) "0" -}}
{{- fail (printf "connectionAge: with autoscaling.mode %s it must be above 0s: new nodes would get no clients of old ones" .mode) -}}
{{- end -}}
{{- if lt (.max | int) (.min | int) -}}
{{- fail (printf "autoscaling.max: %d is less than autoscaling.min, %d" (.max | int) (.min | int)) -}}
{{- end -}}
{{- /* An autoscaler acts beyond a tenth more than its target. */ -}}
{{- $late := .tailerLateSeconds | int64 -}}
{{- $lag := index ($.Values.config.kafka | default dict) "ready-lag" | default "30s" | toString -}}
{{- if and $late (ge (mul $late 1100) (include "sluice.millis" $lag | int64)) -}}
{{- fail (printf "autoscaling.tailerLateSeconds: %d is not below config.kafka.ready-lag, %s: only ready nodes count, so there would never be more" $late $lag) -}}
{{- end -}}
{{- if not (or .cpuPercent .connections .outboxMebibytes .tailerLateSeconds) -}}
{{- fail "autoscaling: none of cpuPercent, connections, outboxMebibytes and tailerLateSeconds is above 0" -}}
{{- end -}}
{{- $most := index ($.Values.config.edge | default dict) "max-connections" | default 50000 | int64 -}}
{{- if ge (.connections | int64) $most -}}
{{- fail (printf "autoscaling.connections: %d is not below config.edge.max-connections, %d: nodes would be full before there are more" (.connections | int64) $most) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
