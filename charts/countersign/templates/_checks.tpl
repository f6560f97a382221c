{{/* SPDX-License-Identifier: Apache-2.0 */}}
{{/* What a schema can't say: values that don't fit together. Each is a sentence that says what to do. */}}
{{- define "countersign.check" -}}
{{- include "countersign.ratify.check" . -}}
{{- with include "countersign.problems" . | fromYamlArray -}}
{{- fail (printf "\n%s" (join "\n" .)) -}}
{{- end -}}
{{- end -}}

{{- define "countersign.problems" -}}
{{- $config := include "countersign.configuration" . | fromYaml -}}
{{- $tls := .Values.tls -}}
{{- if not (or $config.trustPolicy $config.verifications) }}
- >-
  trustPolicy: nobody is trusted; say whose signatures count, with trustPolicy or with Ratify's azurekeyvault or notationCerts
{{- end }}
{{- if not $config.registries }}
- >-
  registries: none is listed, so that every image is refused; set registries[0].host=NAME.azurecr.io, or Ratify's
  oras.authProviders.azureContainerRegistryEndpoints={NAME.azurecr.io}; with oras.authProviders.azureWorkloadIdentityEnabled=true
  every registry of Azure is taken that the identity may read
{{- end }}
{{- if and (eq $tls.mode "certManager") (not .Values.certManager.issuerRef.name) }}
- "certManager.issuerRef.name: name the Issuer or ClusterIssuer of cert-manager that is to issue the certificate"
{{- end }}
{{- if and (eq $tls.mode "existingSecret") (not $tls.secretName) }}
- "tls.secretName: name the Secret with tls.crt and tls.key"
{{- end }}
{{- if and (eq $tls.mode "existingSecret") .Values.webhook.enabled (not .Values.webhook.caBundle) }}
- >-
  webhook.caBundle: with tls.mode=existingSecret give the authority's certificate, for example with
  --set-file webhook.caBundle=ca.crt
{{- end }}
{{- if and $tls.clients.names (not $tls.clients.authorities) }}
- "tls.clients.authorities: give the authority that issued the certificates of tls.clients.names"
{{- end }}
{{- if and (include "countersign.features" . | fromYaml).pullSecrets .Values.rbac.create (not .Values.pullSecrets.namespaces) }}
- >-
  pullSecrets.namespaces: credentials of kind pullSecrets need the right to read them; list each namespace with its secrets, or
  set rbac.create=false and grant it yourself
{{- end }}
{{- if ge (int .Values.drain.delaySeconds) (int .Values.drain.waitSeconds) }}
- "drain.delaySeconds: is part of drain.waitSeconds, and must be less"
{{- end }}
{{- if and .Values.podDisruptionBudget.minAvailable .Values.podDisruptionBudget.maxUnavailable }}
- "podDisruptionBudget: either minAvailable or maxUnavailable; set the other to null"
{{- end }}
{{- if .Values.gatekeeper.enabled }}{{ include "countersign.problems.gatekeeper" . }}{{ end }}
{{- end -}}

{{- define "countersign.problems.gatekeeper" -}}
{{- $gatekeeper := .Values.gatekeeper -}}
{{- if not (or $gatekeeper.clientCA $gatekeeper.clientCASecret $gatekeeper.anyClient) }}
- >-
  gatekeeper.clientCA: give Gatekeeper's authority (ca.crt of its Secret gatekeeper-webhook-server-cert), name a Secret with
  gatekeeper.clientCASecret, or let anybody ask with gatekeeper.anyClient=true
{{- end }}
{{- if and (ne .Values.tls.mode "selfManaged") (not $gatekeeper.caBundle) }}
- >-
  gatekeeper.caBundle: give the authority of the serving certificate; only tls.mode=selfManaged writes it into the Provider
{{- end }}
{{- end -}}
