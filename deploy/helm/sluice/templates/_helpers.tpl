{{/* Names and labels. */}}

{{- define "sluice.fullname" -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- else if contains .Chart.Name .Release.Name -}}
{{- .Release.Name | trunc 52 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name .Chart.Name | trunc 52 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{/* Where the configuration is. Where a change replaces pods, those of before keep theirs, so the name tells it from others. */}}
{{- define "sluice.configMap" -}}
{{- $name := include "sluice.fullname" . -}}
{{- if .Values.restartOnConfigChange -}}
{{- printf "%s-%s" $name (include "sluice.config" . | sha256sum | trunc 10) -}}
{{- else -}}
{{- $name -}}
{{- end -}}
{{- end -}}

{{- define "sluice.serviceAccount" -}}
{{- .Values.serviceAccount.name | default (ternary (include "sluice.fullname" .) "default" .Values.serviceAccount.create) -}}
{{- end -}}

{{- define "sluice.image" -}}
{{- with .Values.image -}}
{{- if .digest -}}
{{- printf "%s@%s" .repository .digest -}}
{{- else -}}
{{- printf "%s:%s" .repository (.tag | default $.Chart.AppVersion) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{/* What the nodes of this release, and nothing else, have. */}}
{{- define "sluice.selector" -}}
app.kubernetes.io/name: {{ .Chart.Name }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "sluice.labels" -}}
{{ include "sluice.selector" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ .Release.Service }}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name (.Chart.Version | replace "+" "_") }}
{{- end -}}

{{/* What Kubernetes is told in seconds and MiB, from what sluice.yaml and Kubernetes say in words. */}}

{{/* A duration of sluice.yaml, such as 500ms, 10s or 1h, in ms. */}}
{{- define "sluice.millis" -}}
{{- $factors := dict "ms" 1 "s" 1000 "m" 60000 "h" 3600000 "d" 86400000 -}}
{{- mul (regexFind "^[0-9]+" . | int64) (get $factors (regexFind "[a-z]+$" .)) -}}
{{- end -}}

{{/* For the pace of rollouts: how long it takes until a node has sent its clients elsewhere, when nothing is in its way. */}}
{{- define "sluice.moveSeconds" -}}
{{- $announce := include "sluice.millis" .Values.drain.announce | int64 -}}
{{- $duration := include "sluice.millis" .Values.drain.duration | int64 -}}
{{- add (.Values.drain.preStopSeconds | int64) (div (add $announce $duration 999) 1000) -}}
{{- end -}}

{{/* All that a node may take to leave: preStop, drain.announce, twice drain.duration, and 15 s for closing. */}}
{{- define "sluice.graceSeconds" -}}
{{- $announce := include "sluice.millis" .Values.drain.announce | int64 -}}
{{- $duration := include "sluice.millis" .Values.drain.duration | int64 -}}
{{- add (.Values.drain.preStopSeconds | int64) (div (add $announce (mul 2 $duration) 999) 1000) 15 -}}
{{- end -}}

{{/* So long from one node's leaving to the next one's, when fewer are enough. Kubernetes takes half an hour at most. */}}
{{- define "sluice.leaveSeconds" -}}
{{- min 1800 (max (.Values.autoscaling.leaveSeconds | int64) (include "sluice.graceSeconds" . | int64)) -}}
{{- end -}}

{{/* CPUs as a whole number, from 2, "1500m" or 1.5. */}}
{{- define "sluice.cores" -}}
{{- $text := toString .Values.resources.requests.cpu -}}
{{- if hasSuffix "m" $text -}}
{{- div (add (trimSuffix "m" $text | int64) 999) 1000 -}}
{{- else -}}
{{- ceil (float64 $text) | int64 -}}
{{- end -}}
{{- end -}}

{{/* The heap in MiB, from the limit of memory, such as 2Gi or 1536Mi. */}}
{{- define "sluice.heapMebibytes" -}}
{{- $limit := toString .Values.resources.limits.memory -}}
{{- $mebibytes := mul (regexFind "^[0-9]+" $limit | int64) (ternary 1024 1 (hasSuffix "Gi" $limit)) -}}
{{- div (mul $mebibytes (.Values.heapPercent | int64)) 100 -}}
{{- end -}}

{{/* edge.max-connection-age. */}}
{{- define "sluice.connectionAge" -}}
{{- .Values.connectionAge | default (ternary "0s" "1h" (eq .Values.autoscaling.mode "none")) -}}
{{- end -}}
