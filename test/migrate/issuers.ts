// Engines that issue certificates: a root at `pki`, and below it an issuer at `pki-int`, both with the role `web`.
import type { OpenBao } from '../harness/openbao.ts';

export async function addIssuers(bao: OpenBao): Promise<void> {
  const role = {
    allowed_domains: ['example.com'],
    allow_subdomains: true,
    allow_ip_sans: true,
    key_type: 'ec',
    key_bits: 256,
  };
  for (const mount of ['pki', 'pki-int']) await bao.request('POST', `sys/mounts/${mount}`, { type: 'pki' });
  const root = await bao.request('POST', 'pki/root/generate/internal', {
    common_name: 'root',
    key_type: 'ec',
    ttl: '700h',
  });
  const wish = { common_name: 'issuer', key_type: 'ec' };
  const { data } = await bao.request('POST', 'pki-int/intermediate/generate/internal', wish);
  const signed = await bao.request('POST', 'pki/root/sign-intermediate', {
    csr: data.csr,
    common_name: 'issuer',
    ttl: '600h',
  });
  const certificate = `${signed.data.certificate}\n${root.data.certificate}`;
  await bao.request('POST', 'pki-int/intermediate/set-signed', { certificate });
  for (const mount of ['pki', 'pki-int']) await bao.request('POST', `${mount}/roles/web`, role);
}
