// Facts become log lines: which level each has, its text, and its fields. How a line is written is log.ts. Counts that
// only a graph makes sense of (sessions, slots, volumes) are metrics and no lines.
import { Code } from '../errors.ts';
import type { Fact, LeaseFact, MountFact } from '../events.ts';
import { describeFault } from './fault-detail.ts';

/** In order of weight. */
export const LEVELS = ['debug', 'info', 'warn', 'error'] as const;
export type Level = (typeof LEVELS)[number];

export type LogFields = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;

export interface LogLine {
  readonly msg: string;
  readonly fields: LogFields;
}

/** undefined: no line. Cheap, because most requests are not logged. */
export function levelOf(fact: Fact): Level | undefined {
  switch (fact.type) {
    case 'mount':
      return fact.outcome === 'failed' ? 'warn' : 'info';
    case 'circuit':
      return fact.isOpen ? 'warn' : 'info';
    case 'stale':
      return fact.isStale ? 'warn' : 'info';
    case 'lease':
      return fact.event === 'lost' ? 'warn' : fact.event === 'renewed' ? 'debug' : 'info';
    case 'ready':
      return fact.isReady ? 'info' : 'warn';
    case 'notice':
      return fact.level;
    case 'fault':
      return 'error';
    case 'request':
    case 'debug':
      return 'debug';
    default:
      return undefined;
  }
}

export function describeFact(fact: Fact): LogLine {
  switch (fact.type) {
    case 'mount':
      return describeMount(fact);
    case 'request':
      return { msg: 'store request', fields: { operation: fact.operation, reason: fact.reason, ms: tenths(fact.ms) } };
    case 'circuit':
      return {
        msg: fact.isOpen ? 'circuit open' : 'circuit closed',
        fields: { address: fact.address, reason: fact.reason },
      };
    case 'stale': {
      const { namespace, pod, class: className, object, reason, ageMs } = fact;
      return {
        msg: fact.isStale ? 'object served from an earlier answer' : 'object up to date again',
        fields: { namespace, pod, class: className, object, reason, ageMs: Math.round(ageMs) },
      };
    }
    case 'lease': {
      const { namespace, account, pod, request, event } = fact;
      return { msg: LEASE[event], fields: { namespace, account, pod: pod || undefined, request } };
    }
    case 'ready':
      return { msg: fact.isReady ? 'ready' : 'not ready', fields: { detail: fact.detail } };
    case 'fault': {
      const { class: className, systemCode, frames } = describeFault(fact.cause);
      return { msg: fact.message, fields: { error: className, systemCode, stack: frames } };
    }
    case 'notice':
    case 'debug':
      return { msg: fact.message, fields: fact.fields ?? {} };
    default:
      return { msg: fact.type, fields: {} };
  }
}

const LEASE: Record<LeaseFact['event'], string> = {
  issued: 'lease issued',
  renewed: 'lease renewed',
  replaced: 'lease replaced',
  revoked: 'lease revoked',
  lost: 'a lease ended while a pod had it; the next poll asks for another',
};

const MOUNTED: Record<MountFact['outcome'], string> = {
  ok: 'mounted',
  stale: 'mounted, in part from an earlier answer',
  failed: 'mount failed',
};

function describeMount(fact: MountFact): LogLine {
  const { namespace, pod, account, class: className, isFirst, objects, outcome } = fact;
  const { reason, message, ms, logins, reads, bytes, versions } = fact;
  const code = outcome === 'failed' ? codeName(fact.code) : undefined;
  const fields = { namespace, pod, account, class: className, isFirst, objects, outcome, code, reason, message };
  return { msg: MOUNTED[outcome], fields: { ...fields, ms: tenths(ms), logins, reads, bytes, versions } };
}

function codeName(code: MountFact['code']): string {
  return Object.entries(Code).find(([, number]) => number === code)?.[0] ?? String(code);
}

function tenths(ms: number): number {
  return Math.round(ms * 10) / 10;
}
