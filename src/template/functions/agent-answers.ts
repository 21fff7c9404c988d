// A store's answers as templates of the dialect `agent` see them: structs with the fields of Vault Agent's.

import { NilList } from '../nil.ts';
import { NilPointer, Struct, TypedList, type Value } from '../value.ts';

export interface SecretAnswer {
  readonly requestId: string;
  readonly leaseId: string;
  readonly leaseDuration: number;
  readonly isRenewable: boolean;
  readonly data: ReadonlyMap<string, Value>;
  readonly warnings: readonly string[] | null;
}

export function secretOf(answer: SecretAnswer): Struct {
  const fields: [string, Value][] = [
    ['RequestID', answer.requestId],
    ['LeaseID', answer.leaseId],
    ['LeaseDuration', BigInt(answer.leaseDuration)],
    ['Renewable', answer.isRenewable],
    ['Data', new Map(answer.data)],
    ['Warnings', answer.warnings === null ? NO_WARNINGS : new TypedList('[]string', answer.warnings)],
    ['Auth', new NilPointer('*dependency.SecretAuth')],
    ['WrapInfo', new NilPointer('*dependency.SecretWrapInfo')],
  ];
  return new Struct('*dependency.Secret', new Map(fields));
}

const NO_WARNINGS: Value = new NilList('[]string');

export interface CertificateAnswer {
  readonly certificate: string;
  readonly key: string;
  readonly issuer: string;
  readonly chain: readonly string[];
}

export function certificateOf({ certificate, key, issuer, chain }: CertificateAnswer): Struct {
  const fields: [string, Value][] = [
    ['Cert', certificate],
    ['Key', key],
    ['CA', issuer],
    ['CAChain', new TypedList('[]string', chain)],
  ];
  return new Struct('dependency.PemEncoded', new Map(fields));
}

/** A block of PEM with the end of its line, which stores leave out. */
export function lineOf(block: string): string {
  return block === '' || block.endsWith('\n') ? block : `${block}\n`;
}
