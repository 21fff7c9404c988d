// The policies that the classes need: for each role its paths, with the least rights. What no file tells is left as a
// comment.
import { policyRule } from '../manifest/policy-text.ts';
import type { PlanObject, Read, TemplateSource, TreeSource } from '../plan/plan.ts';
import { printable } from '../printable.ts';
import { type LiteralRead, literalReads } from '../template/functions/agent-literals.ts';
import { pointOf } from '../template/point.ts';
import type { CheckedClass } from './class-check.ts';
import { MAKES_NEW } from './object-advice.ts';

const CAPABILITIES: ReadonlyMap<string, readonly string[]> = new Map([
  ['GET', ['read']],
  ['LIST', ['list']],
  ['SCAN', ['scan']],
  ['PATCH', ['patch']],
]);
const OF_WRITES = ['create', 'update'];
const OF_KINDS: Readonly<Record<LiteralRead['kind'], readonly string[]>> = {
  read: ['read'],
  list: ['list'],
  write: OF_WRITES,
  certificate: OF_WRITES,
};
/** The segments after the mount of KV version 2. */
const KV2_PART = /(^|\/)(?:data|metadata)\//;

/** In a policy. */
const MEANS_ANY = /\*|(?:^|\/)\+(?:\/|$)/;

/** One for each role, as a text in the form of the store's tools. */
export function policiesOf(classes: readonly CheckedClass[]): string {
  const roles = new Map<string, RolePolicy>();
  for (const one of classes) {
    const { store, login } = one.parsed ?? {};
    const where = [login?.role, login?.mount, store?.namespace, store?.address];
    const key = JSON.stringify(where);
    const policy = roles.get(key) ?? new RolePolicy(where.filter(Boolean).join(', '));
    policy.add(one);
    roles.set(key, policy);
  }
  return [...roles.values()].map((policy) => policy.text()).join('\n');
}

class RolePolicy {
  readonly #title: string;
  readonly #classes: string[] = [];
  readonly #rights = new Map<string, Set<string>>();
  readonly #unknown = new Set<string>();

  constructor(title: string) {
    this.#title = title;
  }

  add({ resource, parsed }: CheckedClass): void {
    this.#classes.push(resource.title);
    if (parsed === undefined || parsed.problems.count > 0)
      this.#unknown.add(`${resource.title}: its errors come first; what it reads is not known`);
    else for (const object of parsed.objects) this.#addObject(object);
  }

  text(): string {
    const rules = [...this.#rights].toSorted(([a], [b]) => (a < b ? -1 : 1));
    return [
      comment(`role ${this.#title}: ${this.#classes.join('; ')}`),
      ...rules.map(([path, capabilities]) => policyRule(path, capabilities)),
      ...[...this.#unknown].map(comment),
    ].join('');
  }

  #addObject({ name, source, reads }: PlanObject): void {
    if (source.kind === 'tree') this.#addTree(source);
    else for (const read of reads) this.#grantExactly(read.path, capabilitiesOf(read));
    if (source.kind === 'template' && source.syntax === 'agent') this.#addTemplate(name, source);
  }

  #addTemplate(name: string, { compiled, text }: TemplateSource): void {
    for (const { kind, path, position } of literalReads(compiled.trees)) {
      if (path === undefined) {
        const { line } = pointOf(text, position);
        this.#unknown.add(
          `${name}: line ${line} of its template makes a path when it is rendered; add what it comes to`,
        );
        continue;
      }
      this.#grantExactly(path, OF_KINDS[kind]);
      const isShort = (kind === 'read' || kind === 'list') && !KV2_PART.test(`${path}/`) && !MAKES_NEW.test(path);
      if (isShort) this.#unknown.add(shortPath(name, path, kind));
    }
  }

  /** A folder and everything below it. */
  #addTree({ read, engine, wanted }: TreeSource): void {
    if (!this.#isExact(read.path)) return;
    const path = read.path.replace(KV2_PART, '$1');
    const isKv2 = engine === undefined ? KV2_PART.test(read.path) : engine.version === 2;
    const mount = engine?.mount ?? read.path.split(KV2_PART)[0]?.replace(/\/$/, '') ?? '';
    const tags = wanted !== undefined && wanted.tags.length > 0 ? ['read'] : [];
    if (isKv2) {
      const rest = path.slice(mount.length).replace(/^\//, '');
      this.#grant(below(mount, 'metadata', rest), ['list', ...tags]);
      this.#grant(below(mount, 'data', rest), ['read']);
      return;
    }
    this.#grant(below(path), ['list', 'read']);
    if (engine === undefined)
      this.#unknown.add(
        `${path}: if its engine is KV version 2, "list" is for the same path behind metadata/, "read" behind data/`,
      );
  }

  /** A path of a class must not grant more through wildcards. */
  #grantExactly(path: string, capabilities: readonly string[]): void {
    if (this.#isExact(path)) this.#grant(path, capabilities);
  }

  #isExact(path: string): boolean {
    if (!MEANS_ANY.test(path)) return true;
    this.#unknown.add(`${path} is not granted: to a policy it means other paths too; grant what it is to read by hand`);
    return false;
  }

  #grant(path: string, capabilities: readonly string[]): void {
    const known = this.#rights.get(path) ?? new Set();
    for (const one of capabilities) known.add(one);
    this.#rights.set(path, known);
  }
}

/** A class's names must not break out of the comment. */
function comment(text: string): string {
  return `# ${printable(text)}\n`;
}

function below(...parts: readonly string[]): string {
  return `${parts.filter(Boolean).join('/')}/*`;
}

function capabilitiesOf({ method }: Read): readonly string[] {
  return CAPABILITIES.get(method) ?? OF_WRITES;
}

function shortPath(name: string, path: string, kind: LiteralRead['kind']): string {
  return `${name}: if the engine of ${path} is KV version 2, the path has ${kind === 'list' ? 'metadata/' : 'data/'} behind the mount`;
}
