import { isCertificateLabel, parseCertificate } from './certificate.js'
import { formatName } from './name.js'
import { readPem } from './pem.js'

/** What the CA of a Kubernetes cluster is called by kubeadm and kubeasz; kubeadm's own CA for etcd is `etcd-ca`. */
const KUBERNETES = new Set(['kubernetes', 'kubernetes-ca'])

/**
 * Warnings for CA certificates named as Kubernetes' own: etcd lets in every client certificate of its CA, so whoever has one of
 * Kubernetes' (each kubelet, each user) could read and write all of etcd. Only the name is known, so it is only a warning.
 */
export const kubernetesCaWarnings = (pem: string): readonly string[] =>
  readPem(pem)
    .filter(({ label }) => isCertificateLabel(label))
    .flatMap(({ der }) => parseCertificate(der) ?? [])
    .filter(({ subject }) => subject.some(([name, value]) => name === 'CN' && KUBERNETES.has(value)))
    .map(
      ({ subject }) =>
        `ca-cert holds ${formatName(subject)}, which is what the CA of Kubernetes itself is called: if it signs client certificates ` +
        'for Kubernetes too, every one of them may read and write all of etcd; a CA for etcd alone keeps them out',
    )
