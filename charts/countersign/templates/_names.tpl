{{/* SPDX-License-Identifier: Apache-2.0 */}}

{{- define "countersign.name" -}}
{{- default .Chart.Name .Values.nameOverride | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{/* 52 characters at most: what is appended to it stays below 63. */}}
{{- define "countersign.fullname" -}}
{{- $name := default .Chart.Name .Values.nameOverride -}}
{{- $full := ternary .Release.Name (printf "%s-%s" .Release.Name $name) (contains $name .Release.Name) -}}
{{- default $full .Values.fullnameOverride | trunc 52 | trimSuffix "-" -}}
{{- end -}}

{{- define "countersign.selectorLabels" -}}
app.kubernetes.io/name: {{ include "countersign.name" . }}
app.kubernetes.io/instance: {{ .Release.Name }}
{{- end -}}

{{- define "countersign.labels" -}}
helm.sh/chart: {{ printf "%s-%s" .Chart.Name .Chart.Version | replace "+" "_" | trunc 63 | trimSuffix "-" }}
{{ include "countersign.selectorLabels" . }}
app.kubernetes.io/version: {{ .Chart.AppVersion | quote }}
app.kubernetes.io/component: admission
app.kubernetes.io/part-of: countersign
app.kubernetes.io/managed-by: {{ .Release.Service }}
{{- end -}}

{{/* What every object begins its metadata with. */}}
{{- define "countersign.metadata" -}}
name: {{ include "countersign.fullname" . }}
namespace: {{ .Release.Namespace }}
labels:
  {{- include "countersign.labels" . | nindent 2 }}
{{- end -}}

{{- define "countersign.clusterMetadata" -}}
name: {{ include "countersign.fullname" . }}
labels:
  {{- include "countersign.labels" . | nindent 2 }}
{{- end -}}

{{/* Who followed a walk-through of Ratify has a federated credential for its service account. */}}
{{- define "countersign.serviceAccountName" -}}
{{- $own := ternary "ratify-admin" (include "countersign.fullname" .) (not (empty .Values.azureWorkloadIdentity.clientId)) -}}
{{- default (ternary $own "default" .Values.serviceAccount.create) .Values.serviceAccount.name -}}
{{- end -}}

{{- define "countersign.image" -}}
{{- $image := .Values.image -}}
{{- $name := ternary (printf "%s/%s" $image.registry $image.repository) $image.repository (not (empty $image.registry)) -}}
{{- $tag := default .Chart.AppVersion $image.tag -}}
{{- ternary (printf "%s@%s" $name $image.digest) (printf "%s:%s" $name $tag) (not (empty $image.digest)) -}}
{{- end -}}

{{- define "countersign.tlsSecretName" -}}
{{- default (printf "%s-tls" (include "countersign.fullname" .)) .Values.tls.secretName -}}
{{- end -}}

{{/* The names that we are called by: of the webhook's Service, and of Gatekeeper's. */}}
{{- define "countersign.webhookHost" -}}
{{ include "countersign.fullname" . }}.{{ .Release.Namespace }}.svc
{{- end -}}

{{- define "countersign.gatekeeperHost" -}}
{{ include "countersign.fullname" . }}-gatekeeper.{{ .Release.Namespace }}.svc
{{- end -}}

{{- define "countersign.dnsNames" -}}
- {{ include "countersign.webhookHost" . }}
{{- if .Values.gatekeeper.enabled }}
- {{ include "countersign.gatekeeperHost" . }}
{{- end }}
{{- range .Values.tls.extraDnsNames }}
- {{ . }}
{{- end }}
{{- end -}}
