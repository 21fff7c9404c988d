// `secretmount template`: one template in, its output out, with the data of a file in the place of a store. For authors.
import { printable } from '../../printable.ts';
import { DIALECTS, type DialectName, loadDialect } from '../../template/dialects.ts';
import { renderInPasses } from '../../template/functions/agent-passes.ts';
import { type CompileOptions, compile, findProblems } from '../../template/template.ts';
import { TemplateError } from '../../template/template-error.ts';
import { fromBytes, toBytes } from '../../template/text.ts';
import type { Value } from '../../template/value.ts';
import { type Args, UsageError } from '../args.ts';
import { type Environment, FlagSource } from '../flag-source.ts';
import { Input } from '../input.ts';
import type { ExitCode, Streams } from '../run.ts';
import { writeAll } from '../write-all.ts';
import { AnswersOfFile, MissingAnswers } from './answers-of-file.ts';
import { readData } from './read-data.ts';
import { TEMPLATE_FLAGS } from './template-flags.ts';

/** @throws UsageError, CommandFailed if a file cannot be used. */
export async function templateCommand({ flags, words }: Args, env: Environment, streams: Streams): Promise<ExitCode> {
  const source = new FlagSource(flags, env, TEMPLATE_FLAGS);
  const [file, another] = words;
  if (file === undefined) throw new UsageError('no template; name a file, or - for standard input');
  if (another !== undefined) throw new UsageError('more than one template; name one file');
  const dataFile = source.once('data');
  if (file === '-' && dataFile === '-')
    throw new UsageError('the template and --data are both standard input; one of them must be a file');
  const syntax = source.oneOf('syntax', DIALECTS);
  const options: CompileOptions = { ...(await optionsOf(source, syntax)), name: file };
  const input = new Input();
  const text = await input.read(file);
  const data = dataFile === undefined ? new Map() : readData(dataFile, await input.read(dataFile));

  const found = findProblems(text, options).problems.map(
    ({ line, column, message }) => `${line}:${column}: error: ${message}`,
  );
  const problems = found.length > 0 ? found : await render(text, options, syntax, data, streams);
  for (const problem of problems) streams.err(`${printable(`${file}:${problem}`)}\n`);
  return problems.length > 0 ? 1 : 0;
}

/** @throws UsageError */
async function optionsOf(source: FlagSource, syntax: DialectName): Promise<CompileOptions> {
  const [leftDelimiter = '', rightDelimiter = '', more] = source.text('delimiters')?.split(' ') ?? [];
  if (leftDelimiter === '' || rightDelimiter === '' || more !== undefined)
    throw new UsageError("--delimiters takes two, with a space between: --delimiters='<< >>'");
  const isStrict =
    source.text('error-on-missing-key') === undefined ? syntax === 'sprig' : source.isOn('error-on-missing-key');
  return {
    leftDelimiter,
    rightDelimiter,
    missingKey: isStrict ? 'error' : 'zero',
    functions: await loadDialect(syntax),
  };
}

/** @returns what is wrong, each with its place in the template */
async function render(
  text: string,
  options: CompileOptions,
  syntax: DialectName,
  data: Map<string, Value>,
  { out }: Streams,
): Promise<readonly string[]> {
  try {
    const template = compile(text, options);
    const answers = new AnswersOfFile(data, text);
    const output =
      syntax === 'agent'
        ? await renderInPasses(template, async (reads) => answers.readAll(reads))
        : await template.render(data);
    if (output.isWellFormed()) out(output);
    else writeAll(1, toBytes(output));
    return [];
  } catch (thrown) {
    if (thrown instanceof MissingAnswers) return thrown.lines.map((line) => ` error: ${line}`);
    if (thrown instanceof TemplateError) return [describe(thrown, text, options.name ?? '')];
    throw thrown;
  }
}

/** Without the name and the place that Go's words begin with. */
function describe({ message, line, column }: TemplateError, text: string, name: string): string {
  if (line === undefined) return ` error: ${message}`;
  const problem = message.replace(`template: ${name}:${line}:${column}: `, '');
  const before = toBytes(text.split('\n')[line - 1] ?? '').subarray(0, column);
  return `${line}:${fromBytes(before).length + 1}: error: ${problem}`;
}
