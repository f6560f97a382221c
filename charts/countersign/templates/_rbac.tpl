{{/* SPDX-License-Identifier: Apache-2.0 */}}
{{/* A role and our service account, which it is for. */}}
{{- define "countersign.bound" -}}
roleRef:
  apiGroup: rbac.authorization.k8s.io
  kind: {{ .kind }}
  name: {{ .name }}
subjects:
  - kind: ServiceAccount
    name: {{ include "countersign.serviceAccountName" .root }}
    namespace: {{ .root.Release.Namespace }}
{{- end -}}
