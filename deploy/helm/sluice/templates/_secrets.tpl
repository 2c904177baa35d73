{{/* Secrets that would be in the ConfigMap or the Deployment, where many may read them, are refused. Values are never shown. */}}

{{- define "sluice.refuseSecrets" -}}
{{- include "sluice.refuseSecretsBelow" (dict "path" "" "values" .Values.config) -}}
{{- range .Values.env -}}
{{- $value := .value | default "" | toString -}}
{{- $key := trimPrefix "SLUICE_" .name | replace "_" "." -}}
{{- /* $(NAME) is another variable, which may come from a Secret. */ -}}
{{- if and (hasPrefix "SLUICE_" .name) (not (contains "$(" $value)) (include "sluice.isSecret" (dict "key" $key "value" $value)) -}}
{{- fail (printf "env: %s: a Deployment is no place for a secret, name the one it is in by valueFrom.secretKeyRef, or below secrets" .name) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* Keys may be nested or dotted. */}}
{{- define "sluice.refuseSecretsBelow" -}}
{{- $path := .path -}}
{{- range $key, $value := .values -}}
{{- $whole := printf "%s.%s" $path $key | trimPrefix "." -}}
{{- if kindIs "map" $value -}}
{{- include "sluice.refuseSecretsBelow" (dict "path" $whole "values" $value) -}}
{{- else if include "sluice.isSecret" (dict "key" $whole "value" $value) -}}
{{- fail (printf "config.%s: a ConfigMap is no place for a secret, name the one it is in below secrets: {%s: {name: SECRET, key: KEY}}" $whole $whole) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* "yes" or nothing: whether a value is a secret, by its key (SECURITY.md), and neither empty nor a reference. */}}
{{- define "sluice.isSecret" -}}
{{- $key := .key | lower | replace "-" "." -}}
{{- $value := .value | default "" | toString -}}
{{- if and $value (not (regexMatch "^(env:|file:/([^/]|$))" $value)) -}}
{{- if eq $key "redis.uri" -}}
{{- if contains "@" $value -}}yes{{- end -}}
{{- else if regexMatch "^api\\.(second\\.)?key$" $key -}}yes
{{- else if regexMatch "^(tokens|redis|kafka\\.properties)\\..*(password|passphrase|secret)" $key -}}yes
{{- else if regexMatch "^kafka\\.properties\\.(.*\\.)?(key|jaas\\.config)$" $key -}}yes
{{- end -}}
{{- end -}}
{{- end -}}
