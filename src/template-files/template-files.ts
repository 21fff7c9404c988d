// Renders the templates of a class, with the reads they ask for. The syntax `sprig` is rendered over the answers to what the
// class names; `agent` is rendered in passes. After each pass one parallel round, the mount's own, reads what is missing. An
// object that found its reads names them as its own.
import type { Answer } from '../fetch/ports.ts';
import type { PlanObject, TemplateSource } from '../plan/plan.ts';
import { OpenAnswers } from '../render/open-answers.ts';
import { MAX_PASSES } from '../template/functions/agent-reads.ts';
import { disagreements } from '../tree/disagreements.ts';
import type { Found } from '../tree/find-secrets.ts';
import { AgentJob } from './agent-job.ts';
import { type Contents, FileSizes } from './contents.ts';
import type { TemplateHost } from './host.ts';
import { namedValues } from './named-values.ts';
import { Renders } from './renders.ts';
import { StoreReads } from './store-reads.ts';

/** @param found with the answers to all reads that the class names */
export async function renderTemplates(found: Found, host: TemplateHost): Promise<Found> {
  const renders = new Renders(host);
  const sizes = new FileSizes(host);
  const made = new Map<PlanObject, Contents>();
  const opened = new OpenAnswers(found.objects, found.results.answers);
  for (const object of found.objects) {
    const contents = await renderNamed(object, opened, { results: found.results, renders, sizes });
    if (contents !== undefined) made.set(object, contents);
  }
  const jobs = found.objects.flatMap((object) => (isOfAgent(object) ? [new AgentJob(object)] : []));
  const store = new StoreReads(
    found.results,
    host,
    jobs.map(({ text }) => text),
  );
  await renderInPasses(jobs, { store, renders, sizes }, made);
  const jobOf = new Map(jobs.map((job) => [job.object, job]));
  const objects = found.objects.map((object) => finished(object, made.get(object), jobOf.get(object)));
  const failures = jobs.length === 0 ? found.failures : withDisagreements(objects, found, store);
  return { objects, results: store.results, failures };
}

interface Tools {
  readonly store: StoreReads;
  readonly renders: Renders;
  readonly sizes: FileSizes;
}

async function renderInPasses(
  jobs: readonly AgentJob[],
  { store, renders, sizes }: Tools,
  made: Map<PlanObject, Contents>,
): Promise<void> {
  let left = jobs;
  for (let pass = 0; left.length > 0; pass += 1) {
    const asking: AgentJob[] = [];
    for (const job of left) {
      const contents = await sizes.contentsOf(() => job.render(store, renders, pass === MAX_PASSES));
      if (contents === undefined) asking.push(job);
      else made.set(job.object, contents);
    }
    await store.readFor(asking);
    // Without an answer there is no file: the object has the error of its read.
    left = asking.filter((job) => job.mayGoOn(store));
  }
}

/** @returns undefined if it is not such a template, or one of its reads failed */
async function renderNamed(
  { source, reads }: PlanObject,
  opened: OpenAnswers,
  { results, renders, sizes }: Pick<Found, 'results'> & Pick<Tools, 'renders' | 'sizes'>,
): Promise<Contents | undefined> {
  if (source.kind !== 'template' || source.syntax === 'agent') return undefined;
  const answers: Answer[] = reads.flatMap(({ key }) => results.answers.get(key) ?? []);
  if (answers.length < reads.length) return undefined;
  return sizes.contentsOf(() =>
    renders.render(answers, (options, steps) => source.compiled.render(namedValues(source, opened, steps), options)),
  );
}

function isOfAgent(object: PlanObject): object is PlanObject & { readonly source: TemplateSource } {
  return object.source.kind === 'template' && object.source.syntax === 'agent';
}

function finished(object: PlanObject, rendered: Contents | undefined, job: AgentJob | undefined): PlanObject {
  if (object.source.kind !== 'template') return object;
  const source: TemplateSource = { ...object.source, rendered };
  return { ...object, source, reads: job?.reads ?? object.reads };
}

function withDisagreements(objects: readonly PlanObject[], { failures }: Found, store: StoreReads): Found['failures'] {
  const known = new Set(failures.map(({ object }) => object.name));
  const renamed = failures.map(({ object: { name }, error }) => ({
    object: objects.find((object) => object.name === name) as PlanObject,
    error,
  }));
  const found = disagreements(objects).filter(({ object }) => !known.has(object.name));
  return [...renamed, ...found.map(({ object, read, error }) => ({ object, error: store.withoutHidden(error, read) }))];
}
