{{/* SPDX-License-Identifier: Apache-2.0 */}}
{{/* What the webhook's pods and the pod of `helm test` have in common. */}}

{{- define "countersign.podSpec" -}}
{{- $features := include "countersign.features" . | fromYaml -}}
serviceAccountName: {{ include "countersign.serviceAccountName" . }}
automountServiceAccountToken: false
enableServiceLinks: false
{{- with .Values.imagePullSecrets }}
imagePullSecrets:
  {{- toYaml . | nindent 2 }}
{{- end }}
securityContext:
  {{- toYaml .Values.podSecurityContext | nindent 2 }}
{{- with .Values.nodeSelector }}
nodeSelector:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- with .Values.tolerations }}
tolerations:
  {{- toYaml . | nindent 2 }}
{{- end }}
volumes:
  - name: configuration
    configMap: {name: {{ include "countersign.fullname" . }}}
  {{- if ne .Values.tls.mode "selfManaged" }}
  - name: tls
    secret: {secretName: {{ include "countersign.tlsSecretName" . }}, defaultMode: 0440}
  {{- end }}
  {{- if and .Values.gatekeeper.enabled .Values.gatekeeper.clientCASecret }}
  - name: gatekeeper
    secret: {secretName: {{ .Values.gatekeeper.clientCASecret }}, items: [{key: ca.crt, path: ca.crt}]}
  {{- end }}
  {{- range include "countersign.secretMounts" . | fromYamlArray }}
  - name: secret-{{ sha256sum . | trunc 8 }}
    secret: {secretName: {{ . }}, defaultMode: 0440}
  {{- end }}
  {{- if $features.api }}
  - name: api
    projected:
      sources:
        - serviceAccountToken: {path: token, expirationSeconds: 3600}
        - configMap: {name: kube-root-ca.crt, items: [{key: ca.crt, path: ca.crt}]}
  {{- end }}
  {{- if $features.cacheFolder }}
  - name: cache
    emptyDir: {sizeLimit: 96Mi}
  {{- end }}
  {{- with .Values.extraVolumes }}
  {{- toYaml . | nindent 2 }}
  {{- end }}
{{- end -}}

{{- define "countersign.volumeMounts" -}}
{{- $features := include "countersign.features" . | fromYaml -}}
- {name: configuration, mountPath: /etc/countersign, readOnly: true}
{{- if ne .Values.tls.mode "selfManaged" }}
- {name: tls, mountPath: /etc/countersign-tls, readOnly: true}
{{- end }}
{{- if and .Values.gatekeeper.enabled .Values.gatekeeper.clientCASecret }}
- {name: gatekeeper, mountPath: /etc/countersign-gatekeeper, readOnly: true}
{{- end }}
{{- range include "countersign.secretMounts" . | fromYamlArray }}
- {name: secret-{{ sha256sum . | trunc 8 }}, mountPath: /etc/countersign-secrets/{{ . }}, readOnly: true}
{{- end }}
{{- if $features.api }}
- {name: api, mountPath: /var/run/secrets/kubernetes.io/serviceaccount, readOnly: true}
{{- end }}
{{- if $features.cacheFolder }}
- {name: cache, mountPath: {{ $features.cacheFolder }}}
{{- end }}
{{- with .Values.extraVolumeMounts }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "countersign.secretMounts" -}}
{{- $names := .Values.secretMounts -}}
{{- with .Values.registryCredsSecret }}{{ $names = append $names . }}{{ end -}}
{{- uniq $names | toYaml -}}
{{- end -}}

{{- define "countersign.env" -}}
{{- with concat .Values.extraEnv .Values.env }}
env:
  {{- toYaml . | nindent 2 }}
{{- end }}
{{- end -}}

{{- define "countersign.container" -}}
image: {{ include "countersign.image" . | quote }}
imagePullPolicy: {{ .Values.image.pullPolicy }}
{{- include "countersign.env" . }}
securityContext:
  {{- toYaml .Values.securityContext | nindent 2 }}
resources:
  {{- toYaml .Values.resources | nindent 2 }}
volumeMounts:
  {{- include "countersign.volumeMounts" . | nindent 2 }}
{{- end -}}

{{/* Those of Azure's workload identity, when something is asked with it. */}}
{{- define "countersign.podLabels" -}}
{{ include "countersign.labels" . }}
{{- if (include "countersign.features" . | fromYaml).workloadIdentity }}
azure.workload.identity/use: "true"
{{- end }}
{{- with .Values.podLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}
