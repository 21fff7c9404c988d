// `secretmount check`: files in, a report out, and an exit code that a pipeline stops at.
import { type Checked, type Finding, RULES, type Source } from '../../check/check.ts';
import { checkResources } from '../../check/check-resources.ts';
import type { CheckedClass } from '../../check/class-check.ts';
import { checkNamespaces } from '../../check/ignored-namespaces.ts';
import { checkKvMounts } from '../../check/kv-mounts.ts';
import { findMigratable } from '../../check/migratable.ts';
import { checkObjectList } from '../../check/object-list.ts';
import { policiesOf } from '../../check/policy.ts';
import { asMountError } from '../../errors.ts';
import { compareFindings } from '../../manifest/finding.ts';
import { printableLines } from '../../printable.ts';
import { readProxySettings } from '../../vault/proxy.ts';
import { type Args, UsageError } from '../args.ts';
import { type CannotRead, CommandFailed } from '../command-failed.ts';
import { type Environment, FlagSource } from '../flag-source.ts';
import { storeDefaults } from '../options.ts';
import { refuseVerboseLibraries } from '../refused-environment.ts';
import { formatLines } from '../report/lines.ts';
import { reportSarif } from '../report/report-sarif.ts';
import type { ExitCode, Streams } from '../run.ts';
import { StoreLookup } from './ask-store.ts';
import { CHECK_FLAGS, OUTPUTS, type Output } from './check-flags.ts';
import { readSources } from './read-sources.ts';
import { reportGitlab } from './report-gitlab.ts';
import { reportJunit } from './report-junit.ts';
import { reportText } from './report-text.ts';
import { readStoreToken } from './store-token.ts';

/** @throws UsageError, CommandFailed if flags, files or the store cannot be read. */
export async function checkCommand(
  { flags, words: files }: Args,
  env: Environment,
  streams: Streams,
): Promise<ExitCode> {
  const source = new FlagSource(flags, env, CHECK_FLAGS);
  const output = source.oneOf('output', OUTPUTS);
  const isStrict = source.isOn('strict');
  const minClasses = source.count('min-classes', 0);
  const lists = source.list('objects') ?? [];
  if (files.length + lists.length === 0)
    throw new UsageError('no file to check; name files or folders, or - for standard input');

  const { sources, listSources, unreadable } = await readSources(files, lists);
  const findings: Finding[] = unreadable.map(toFinding);
  for (const list of listSources) checkObjectList(list, (finding) => findings.push(finding));
  const classes = checkResources(sources, (finding) => findings.push(finding));
  if (source.isOn('ask')) await askStore(classes, source, env);
  const listCount = listSources.length === 0 ? {} : { listCount: listSources.length };
  const checked = {
    findings: findings.sort(compareFindings),
    classCount: classes.length,
    ...listCount,
    ...findMigratable(sources),
  };

  const isStyled = streams.isTerminal && !env['NO_COLOR'];
  if (output === 'policy') {
    streams.err(formatLines(checked.findings, false));
    streams.out(policiesOf(classes));
  } else streams.out(report(checked, output, { sources: [...sources, ...listSources], isStrict, isStyled }));
  if (classes.length < minClasses)
    throw new CommandFailed(
      `only ${classes.length} of at least ${minClasses} classes found (--min-classes); was all of the input given?`,
    );

  if (unreadable.length > 0) return 2;
  return findings.some(({ level }) => isStrict || level === 'error') ? 1 : 0;
}

function toFinding({ file, why }: CannotRead): Finding {
  const { level } = RULES.unreadable;
  return { file, line: 1, column: 1, level, rule: 'unreadable', message: why, resource: undefined };
}

interface ReportOptions {
  readonly sources: readonly Source[];
  readonly isStrict: boolean;
  readonly isStyled: boolean;
}

function report(
  checked: Checked,
  output: Exclude<Output, 'policy'>,
  { sources, isStrict, isStyled }: ReportOptions,
): string {
  if (output === 'text') return reportText(checked, isStyled);
  if (output === 'junit') return reportJunit(checked, sources, isStrict);
  if (output === 'sarif') return printableLines(reportSarif(checked.findings, RULES));
  if (output === 'gitlab') return printableLines(reportGitlab(checked));
  return printableLines(`${JSON.stringify(checked, undefined, 2)}\n`);
}

async function askStore(classes: readonly CheckedClass[], source: FlagSource, env: Environment): Promise<void> {
  refuseVerboseLibraries(env);
  const store = storeDefaults(source);
  const token = await readStoreToken(source, '--ask');
  const lookup = new StoreLookup({
    store,
    token,
    proxy: readProxySettings(env),
    requestTimeoutMs: source.time('request-timeout', 1),
  });
  const isAsked = ({ address }: { readonly address: string }) => address === '' || address === store.address;
  try {
    const ours = classes.filter(({ parsed }) => parsed !== undefined && isAsked(parsed.store));
    await checkNamespaces(ours, () => lookup.ignoresNamespaces());
    await checkKvMounts(ours, (namespace, path) => lookup.ask(namespace, path));
    await lookup.assertTokenIsTaken();
  } catch (thrown) {
    if (thrown instanceof CommandFailed) throw thrown;
    throw new CommandFailed(asMountError(thrown).message);
  } finally {
    lookup.close();
  }
}
