{{/* SPDX-License-Identifier: Apache-2.0 */}}

{{/* Whether there is a webhook configuration. A certificate that keeps itself keeps its bundle for the day when the webhook is
     switched on; behind Gatekeeper alone that day is not waited for. */}}
{{- define "countersign.registered" -}}
{{- if or .Values.webhook.enabled (and (eq .Values.tls.mode "selfManaged") (not .Values.gatekeeper.enabled)) }}yes{{ end -}}
{{- end -}}

{{/* A bundle may be given as PEM, or as base64 of it. */}}
{{- define "countersign.base64" -}}
{{- ternary (b64enc .) (nospace .) (contains "-----BEGIN" .) -}}
{{- end -}}

{{- define "countersign.providerTimeout" -}}
{{- coalesce (default dict .Values.provider.timeout).validationTimeoutSeconds .Values.gatekeeper.timeoutSeconds | int -}}
{{- end -}}

{{- define "countersign.clientConfig" -}}
service: {namespace: {{ .root.Release.Namespace }}, name: {{ include "countersign.fullname" .root }}, path: {{ .path }}, port: {{ .root.Values.service.port }}}
{{- if and (ne .root.Values.tls.mode "selfManaged") .root.Values.webhook.caBundle }}
caBundle: {{ include "countersign.base64" .root.Values.webhook.caBundle }}
{{- end }}
{{- end -}}

{{/* Our own namespace and the system's stay outside, so that they can start when we are down. */}}
{{- define "countersign.namespaceSelector" -}}
{{- $outside := concat (list .Release.Namespace "kube-system" "kube-node-lease") .Values.webhook.excludedNamespaces | uniq | sortAlpha -}}
{{- $own := dict "key" "kubernetes.io/metadata.name" "operator" "NotIn" "values" $outside -}}
{{- with .Values.webhook.namespaceSelector.matchLabels -}}
matchLabels:
  {{- toYaml . | nindent 2 }}
{{ end -}}
matchExpressions:
  {{- concat (list $own) (default list .Values.webhook.namespaceSelector.matchExpressions) | toYaml | nindent 2 }}
{{- end -}}

{{/* What both entries have. */}}
{{- define "countersign.selection" -}}
admissionReviewVersions: [v1]
sideEffects: None
matchPolicy: Equivalent
namespaceSelector:
  {{- include "countersign.namespaceSelector" . | nindent 2 }}
{{- with .Values.webhook.objectSelector }}
objectSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.webhook.matchConditions }}
matchConditions:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}
