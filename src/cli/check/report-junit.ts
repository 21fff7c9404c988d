// Findings as JUnit's XML, which every CI server shows as tests: each file a suite, each finding a test that failed, or
// for a warning that does not count one that passed and has something to say.
import type { Checked, Finding, Source } from '../../check/check.ts';
import { printable } from '../../printable.ts';

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  // XML 1.0 has no way to write them.
  '\ufffe': '\\ufffe',
  '\uffff': '\\uffff',
};

/** @param isStrict a warning counts as an error. */
export function reportJunit(
  { findings }: Checked,
  sources: readonly Pick<Source, 'name'>[],
  isStrict: boolean,
): string {
  const isFailure = ({ level }: Finding) => isStrict || level === 'error';
  const files = [...new Set([...sources.map(({ name }) => name), ...findings.map(({ file }) => file)])].sort();
  const suites = files.map((file) => {
    const found = findings.filter((finding) => finding.file === file);
    const tests =
      found.length === 0
        ? [`    <testcase${attributes({ classname: file, name: 'no problems' })}/>\n`]
        : found.map((finding) => toTest(finding, isFailure(finding)));
    const counts = { tests: tests.length, failures: found.filter(isFailure).length, errors: 0 };
    return `  <testsuite${attributes({ name: file, ...counts })}>\n${tests.join('')}  </testsuite>\n`;
  });
  const counts = {
    tests: suites.join('').split('<testcase ').length - 1,
    failures: findings.filter(isFailure).length,
    errors: 0,
  };
  const all = `<testsuites${attributes({ name: 'secretmount check', ...counts })}>\n${suites.join('')}</testsuites>\n`;
  return `<?xml version="1.0" encoding="UTF-8"?>\n${all}`;
}

function toTest({ file, line, column, level, rule, message, resource }: Finding, isFailure: boolean): string {
  const where = `${file}:${line}:${column}`;
  const head = attributes({ classname: file, name: `${message} [${rule}, line ${line}]`, file, line });
  const text = toXml([`${where}: ${level}: ${message}`, resource].filter(Boolean).join(', in '));
  const outcome = isFailure
    ? `<failure${attributes({ type: rule, message })}>${text}</failure>`
    : `<system-out>${text}</system-out>`;
  return `    <testcase${head}>\n      ${outcome}\n    </testcase>\n`;
}

function attributes(values: Readonly<Record<string, string | number>>): string {
  return Object.entries(values)
    .map(([name, value]) => ` ${name}="${toXml(`${value}`)}"`)
    .join('');
}

function toXml(text: string): string {
  return printable(text).replace(/[&<>"'\ufffe\uffff]/g, (char) => ENTITIES[char] ?? char);
}
