{{/* How fast nodes come and go, for a HorizontalPodAutoscaler and for the one that KEDA makes. */}}
{{- define "sluice.behavior" -}}
scaleUp:
  stabilizationWindowSeconds: 30
  policies:
    - {type: Pods, value: {{ .Values.autoscaling.addPerMinute }}, periodSeconds: 60}
# Each node that leaves moves its clients to the others: one at a time, and only when it has been calm for long.
scaleDown:
  stabilizationWindowSeconds: {{ .Values.autoscaling.calmSeconds }}
  policies:
    - {type: Pods, value: 1, periodSeconds: {{ include "sluice.leaveSeconds" . }}}
{{- end -}}
