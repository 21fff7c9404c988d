// The work on one template of the syntax `agent` until nothing is missing: what it has asked for, and the reads for that.
import type { MountError } from '../errors.ts';
import type { LeaseSettings, PlanObject, Read, TemplateSource } from '../plan/plan.ts';
import { renderPass, tooManyPasses } from '../template/functions/agent-passes.ts';
import type { AgentRead } from '../template/functions/agent-reads.ts';
import type { AskedRead, Asking } from './asking.ts';
import type { Renders } from './renders.ts';
import type { StoreReads } from './store-reads.ts';

export class AgentJob implements Asking {
  readonly object: PlanObject;
  readonly #source: TemplateSource;
  readonly #reads: AskedRead[] = [];
  /** Reads for engines that failed; the object fails with them. */
  readonly #engines: Read[] = [];
  readonly #absentLists = new Set<AgentRead>();
  #missing: readonly AgentRead[] = [];
  #error: MountError | undefined;

  constructor(object: PlanObject & { readonly source: TemplateSource }) {
    this.object = object;
    this.#source = object.source;
  }

  get missing(): readonly AgentRead[] {
    return this.#missing;
  }

  get text(): string {
    return this.#source.text;
  }

  get leaseSettings(): LeaseSettings {
    return this.#source.leaseSettings;
  }

  /** The reads that its object needs. */
  get reads(): readonly Read[] {
    const needed = this.#reads.filter(({ asked }) => !this.#absentLists.has(asked)).map(({ read }) => read);
    return [...new Set([...this.#engines, ...needed])];
  }

  /** @returns undefined if something is missing. @throws TemplateError, MountError */
  async render(store: StoreReads, renders: Renders, isLast: boolean): Promise<string | undefined> {
    if (this.#error !== undefined) throw this.#error;
    const answers = this.#reads.flatMap(({ read }) => store.answerTo(read) ?? []);
    const { text, missing } = await renders.render(answers, (options, steps) =>
      renderPass(this.#source.compiled, store.values(this.#reads, steps), options),
    );
    if (missing.length === 0) return text;
    if (isLast) throw tooManyPasses();
    await store.takeFor(missing);
    this.#missing = missing;
    return undefined;
  }

  willRead(reads: readonly AskedRead[]): void {
    this.#reads.push(...reads);
    this.#missing = [];
  }

  failed(error: MountError): void {
    this.#error = error;
  }

  withoutEngine(read: Read): void {
    this.#engines.push(read);
  }

  mayGoOn(store: StoreReads): boolean {
    if (this.#error !== undefined) return true;
    if (this.#engines.length > 0) return false;
    for (const { asked, read } of this.#reads) {
      if (store.answerTo(read) !== undefined) continue;
      // A missing folder has no names.
      if (asked.kind !== 'list' || !store.isAbsent(read)) return false;
      this.#absentLists.add(asked);
    }
    return true;
  }
}
