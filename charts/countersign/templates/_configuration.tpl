{{/* SPDX-License-Identifier: Apache-2.0 */}}
{{/* The configuration file (docs/configuration.md), as YAML. extraConfiguration has the last word. */}}
{{- define "countersign.configuration" -}}
{{- $given := include "countersign.configuration.given" . | fromYaml -}}
{{- mergeOverwrite $given (deepCopy .Values.extraConfiguration) | toYaml -}}
{{- end -}}

{{- define "countersign.configuration.given" -}}
{{- $values := .Values -}}
version: 1
server:
  {{- include "countersign.configuration.server" . | nindent 2 }}
log:
  {{- include "countersign.configuration.log" . | nindent 2 }}
{{- if $values.gatekeeper.enabled }}
gatekeeper:
  {{- include "countersign.configuration.gatekeeper" . | nindent 2 }}
{{- end }}
admission:
  {{- toYaml $values.admission | nindent 2 }}
{{- with $values.trustPolicy | default (include "countersign.ratify.trustPolicy" . | fromYaml) }}
trustPolicy:
  {{- toYaml . | nindent 2 }}
{{- end }}
trustStores:
  {{- concat $values.trustStores (include "countersign.ratify.trustStores" . | fromYamlArray) | toYaml | nindent 2 }}
registries:
  {{- concat $values.registries (include "countersign.ratify.registries" . | fromYamlArray) | toYaml | nindent 2 }}
{{- with mergeOverwrite (include "countersign.ratify.azure" . | fromYaml) (deepCopy $values.azure) }}
azure:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- range $section := list "events" "kubernetes" "revocation" "verification" "verifications" }}
{{- with get $values $section }}
{{ $section }}:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end }}
{{- end -}}

{{- define "countersign.configuration.log" -}}
{{- $level := coalesce .Values.logLevel .Values.logger.level .Values.logging.level | lower -}}
{{- $known := dict "warn" "warning" "trace" "debug" "fatal" "error" "panic" "error" -}}
level: {{ default $level (get $known $level) }}
format: {{ coalesce .Values.logger.formatter .Values.logging.format }}
{{- end -}}

{{- define "countersign.configuration.server" -}}
listen: "[::]:{{ .Values.containerPort }}"
admin: {listen: "[::]:{{ include "countersign.metricsPort" . }}"}
{{- if and .Values.webhook.enabled (or .Values.webhook.watch (eq .Values.tls.mode "selfManaged")) }}
registration: {{ include "countersign.fullname" . }}
{{- end }}
drain:
  delay: {{ .Values.drain.delaySeconds }}s
  wait: {{ .Values.drain.waitSeconds }}s
tls:
  minVersion: {{ .Values.tls.minVersion | quote }}
  {{- if eq .Values.tls.mode "selfManaged" }}
  {{- include "countersign.configuration.selfManaged" . | nindent 2 }}
  {{- else }}
  certificate: /etc/countersign-tls/tls.crt
  key: /etc/countersign-tls/tls.key
  expectNames: [{{ include "countersign.webhookHost" . }}]
  {{- end }}
  {{- if .Values.tls.clients.names }}
  clients: {authorities: webhook-clients.pem, names: {{ .Values.tls.clients.names | toJson }}}
  {{- end }}
{{- end -}}

{{- define "countersign.configuration.selfManaged" -}}
selfManaged:
  secret: {{ .Release.Namespace }}/{{ include "countersign.tlsSecretName" . }}
  {{- if include "countersign.registered" . }}
  webhook: {{ include "countersign.fullname" . }}
  {{- end }}
  dnsNames:
    {{- include "countersign.dnsNames" . | nindent 4 }}
  {{- if .Values.gatekeeper.enabled }}
  providers: [{{ .Values.gatekeeper.providerName }}]
  {{- end }}
  lifetime:
    {{- toYaml .Values.tls.lifetime | nindent 4 }}
{{- end -}}

{{- define "countersign.configuration.gatekeeper" -}}
{{- $gatekeeper := .Values.gatekeeper -}}
listen: "[::]:{{ $gatekeeper.containerPort }}"
timeout: {{ $gatekeeper.timeout }}
verifierName: {{ $gatekeeper.verifierName | quote }}
tls:
  minVersion: "1.3"
  {{- if ne .Values.tls.mode "selfManaged" }}
  certificate: /etc/countersign-tls/tls.crt
  key: /etc/countersign-tls/tls.key
  expectNames: [{{ include "countersign.gatekeeperHost" . }}]
  {{- end }}
  {{- if not $gatekeeper.anyClient }}
  clients:
    authorities: {{ ternary "gatekeeper-clients.pem" "/etc/countersign-gatekeeper/ca.crt" (empty $gatekeeper.clientCASecret) }}
    names: {{ $gatekeeper.clientNames | default (list (printf "gatekeeper-webhook-service.%s.svc" $gatekeeper.namespace)) | toJson }}
  {{- end }}
{{- end -}}

{{/* Probes and metrics have one port; Ratify's chart names it elsewhere. */}}
{{- define "countersign.metricsPort" -}}
{{- coalesce .Values.instrumentation.metricsPort .Values.metrics.port | int -}}
{{- end -}}

{{/* What else is in the folder of the configuration: the files of the values. */}}
{{- define "countersign.files" -}}
{{- range $name, $text := .Values.files }}
{{ $name | quote }}: {{ $text | toJson }}
{{- end }}
{{- include "countersign.ratify.files" . }}
{{- with .Values.tls.clients.authorities }}
webhook-clients.pem: {{ . | toJson }}
{{- end }}
{{- with .Values.gatekeeper.clientCA }}
gatekeeper-clients.pem: {{ . | toJson }}
{{- end }}
{{- end -}}

{{/* What counts from the next start on only, so that a change of it makes new pods. */}}
{{- define "countersign.startChecksum" -}}
{{- pick (include "countersign.configuration" . | fromYaml) "server" "gatekeeper" "events" "log" | toYaml | sha256sum -}}
{{- end -}}

{{- define "countersign.metricsEnabled" -}}
{{- if and .Values.metrics.enabled (ne (toString .Values.instrumentation.metricsEnabled) "false") }}yes{{ end -}}
{{- end -}}
