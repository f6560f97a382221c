{{/* SPDX-License-Identifier: Apache-2.0 */}}
{{/* Constraints that name no pods are about ours. */}}
{{- define "countersign.spread" -}}
{{- $ours := dict "labelSelector" (dict "matchLabels" (include "countersign.selectorLabels" . | fromYaml)) -}}
{{- with .Values.topologySpreadConstraints -}}
topologySpreadConstraints:
  {{- range . }}
  - {{ merge (deepCopy .) $ours | toYaml | nindent 4 | trim }}
  {{- end }}
{{- end -}}
{{- end -}}
