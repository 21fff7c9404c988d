// The tables in docs/ that are made from the code. `UPDATE_DOCS=1 npm test` writes them anew.

import { RULES } from '../../src/check/check.ts';
import { CHECK_FLAGS } from '../../src/cli/check/check-flags.ts';
import { COMMANDS } from '../../src/cli/commands.ts';
import { FLAGS, type Flag, spelled } from '../../src/cli/flags.ts';
import { MIGRATE_FLAGS } from '../../src/cli/migrate/migrate-flags.ts';
import { MOUNT_FLAGS } from '../../src/cli/mount/mount-flags.ts';
import { STATUS_FLAGS } from '../../src/cli/status/status-flags.ts';
import { TEMPLATE_FLAGS } from '../../src/cli/template/template-flags.ts';
import { Code, MountError, REASONS, type Reason } from '../../src/errors.ts';
import type { FieldEnd, FieldTable } from '../../src/migrate/fields.ts';
import { ANNOTATIONS } from '../../src/migrate/injector/annotation-table.ts';
import { KINDS } from '../../src/migrate/kinds.ts';
import { SEALED_TABLES } from '../../src/migrate/sealed/field-tables.ts';
import { FIELD_TABLES } from '../../src/migrate/vso/field-tables.ts';
import { metricTable } from '../../src/observe/metric-table.ts';
import { type FieldText, OBJECT_FIELDS } from '../../src/plan/object-table.ts';
import { CONNECTION_PARAMETERS, PLAIN_PARAMETERS, ROLE, ROLE_SPELLINGS } from '../../src/plan/parameter-table.ts';
import { caseWith } from '../migrate/recorded-injector.ts';
import { caseWith as caseOfSealed } from '../migrate/recorded-sealed.ts';
import { caseWith as caseOfVso } from '../migrate/recorded-vso.ts';
import { boundRows } from './bounds.ts';
import { functionRows, limitRows, refusedRows } from './template-tables.ts';

/** By the page and the table's name in its marks. */
export const TABLES: Readonly<Record<string, () => string>> = {
  'parameters.md parameters': parameterTable,
  'parameters.md fields': fieldTable,
  'parameters.md flags': () => flagTable(FLAGS),
  'parameters.md exit codes': exitCodeTable,
  'mount.md flags': () => flagTable(MOUNT_FLAGS.filter((flag) => !FLAGS.includes(flag))),
  'check.md flags': () => flagTable(CHECK_FLAGS.filter((flag) => !FLAGS.includes(flag))),
  'migrate.md flags': () => flagTable(MIGRATE_FLAGS.filter((flag) => !FLAGS.includes(flag))),
  'migrate.md kinds': kindTable,
  'migrate-fields.md injector': injectorTable,
  'migrate-fields.md vso': vsoTable,
  'migrate-fields.md sealed': sealedTable,
  'templates.md flags': () => flagTable(TEMPLATE_FLAGS.filter((flag) => !FLAGS.includes(flag))),
  'templates.md functions': () => table(['', 'functions'], functionRows()),
  'templates.md refused': () => table(['why', '`agent`', '`sprig`'], refusedRows()),
  'templates.md limits': () => table(['', 'at most', 'in a class'], limitRows()),
  'operations.md status flags': () => flagTable(STATUS_FLAGS.filter((flag) => !FLAGS.includes(flag))),
  'check.md rules': ruleTable,
  'metrics.md metrics': metricsTable,
  'troubleshooting.md reasons': reasonTable,
  'security.md bounds': () => table(['', 'what', 'at most', 'set in'], boundRows()),
};

function parameterTable(): string {
  const roles = ROLE_SPELLINGS.toReversed().map(code);
  const connection = Object.entries(CONNECTION_PARAMETERS).map(
    ([name, { help, default: absent }]) => [code(`vault${name}`), help, absent] as const,
  );
  const { objects, ...plain } = PLAIN_PARAMETERS;
  const rows = [
    [`${roles[0]} (also ${roles.slice(1).join(', ')})`, ROLE.help, ROLE.default],
    [code('objects'), objects.help, objects.default],
    ...connection,
    ...Object.entries(plain).map(([name, { help, default: absent }]) => [code(name), help, absent]),
  ];
  return table(['parameter', '', 'default'], rows);
}

function fieldTable(): string {
  const rows = Object.entries(OBJECT_FIELDS).map(([name, field]: [string, FieldText]) => [
    code(name),
    field.help,
    field.isRequired ? 'required' : (field.default ?? ''),
  ]);
  return table(['field', '', 'default'], rows);
}

function ruleTable(): string {
  return table(
    ['rule', 'level', 'finds'],
    Object.entries(RULES).map(([name, { level, help }]) => [code(name), level, help]),
  );
}

const ENDS = { note: 'mapped', warning: 'mapped with a warning', error: 'not mapped' } as const;

function kindTable(): string {
  return table(
    ['kind', 'ends as', ''],
    Object.entries(KINDS).map(([name, { level, help }]) => [code(name), ENDS[level], help]),
  );
}

/** In the form of the other tables of its page, which test/migrate/fields.test.ts reads. */
function injectorTable(): string {
  const ends = { mapped: 'mapped', differs: 'with a warning', field: 'not mapped', store: 'not mapped' } as const;
  const rows = Object.entries(ANNOTATIONS).map(([name, text]) => {
    const value = text.onlyIf === undefined ? '' : `: ${JSON.stringify(String(text.onlyIf))}`;
    const shown = (text.hasSuffix ? `${name.replace(/-$/, '')}-NAME` : name) + value;
    return [`${code(shown)}: ${text.help}`, ends[text.end], code(`injector/${caseWith(text)}`)];
  });
  return table(['field', 'ends', 'case'], rows);
}

const FIELD_ENDS = { mapped: 'mapped', differs: 'with a warning', refused: 'not mapped' } as const;

function vsoTable(): string {
  return endTable(FIELD_TABLES, (kind, name, field) => caseOfVso(kind, name, field));
}

function sealedTable(): string {
  return endTable(SEALED_TABLES, (kind, name, { end }) => caseOfSealed(kind, name, end === 'refused'));
}

/** What is told by what it names has its own rows. */
function endTable(
  tables: Readonly<Record<string, FieldTable>>,
  caseOf: (kind: string, name: string, field: FieldEnd) => string,
): string {
  const rows = Object.entries(tables).flatMap(([kind, fields]) =>
    Object.entries(fields).flatMap(([name, field]) =>
      field.end === 'told'
        ? []
        : [[`${kind}: ${code(name)}: ${field.help}`, FIELD_ENDS[field.end], code(caseOf(kind, name, field))]],
    ),
  );
  return table(['field', 'ends', 'case'], rows);
}

function flagTable(flags: readonly Flag[]): string {
  const rows = flags.map((flag) => {
    const names = [flag.name, ...(flag.aliases ?? [])].map((name) => code(spelled(name))).join(', ');
    const env = flag.env?.map(code).join(', ') ?? '';
    return [names, code(flag.value), flag.help, code(flag.default), env];
  });
  return table(['flag', 'takes', '', 'default', 'environment'], rows);
}

function exitCodeTable(): string {
  return table(
    ['command', 'exit codes'],
    COMMANDS.map(({ name, exitCodes }) => [code(name), exitCodes]),
  );
}

function metricsTable(): string {
  const rows = metricTable().map(({ name, type, labels, help }) => [
    code(name),
    type,
    labels.map(code).join(', '),
    help,
  ]);
  return table(['metric', 'type', 'labels', ''], rows);
}

function reasonTable(): string {
  const names = new Map(Object.entries(Code).map(([name, number]) => [number, name]));
  const rows = (Object.keys(REASONS) as Reason[])
    .map((reason) => new MountError(reason, ''))
    .toSorted((a, b) => a.precedence - b.precedence)
    .map(({ reason, code: number }) => [`[\`${reason}\`](#${reason})`, `${names.get(number)} (${number})`]);
  return table(['reason', 'gRPC code'], rows);
}

function code(text: string | undefined): string {
  return text === undefined ? '' : `\`${text.replaceAll('|', '\\|')}\``;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, head.map(() => '---'), ...rows];
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
