// What `secretmount check` says of the output that it does not say of the input, and of classes that stay as they are.
import { checkManifests, type Finding } from '../../check/check.ts';
import { compareFindings } from '../../manifest/finding.ts';
import { KINDS, type Kind, type Outcome } from '../../migrate/kinds.ts';
import type { Migration } from '../../migrate/migrate.ts';
import { NOTHING_TO_DO } from '../../migrate/other-systems.ts';
import { plural } from '../report/lines.ts';

/** @returns the outcomes of the migration, with those of a check. */
export function withCheck({ outcomes, files }: Migration): readonly Outcome[] {
  const check = (of: 'before' | 'after') =>
    checkManifests(files.map((file) => ({ name: file.name, text: file[of] }))).findings;
  const isChanged = files.some(({ edits }) => edits.length > 0);
  if (!isChanged && !outcomes.some(isServed)) return outcomes;
  const before = check('before');
  const own = outcomes.map((outcome) => (isServed(outcome) ? repairOf(outcome, before) : outcome));
  const added = isChanged ? addedTo(before, check('after')) : [];
  return [...own, ...added].sort(compareFindings);
}

function isServed({ rule, message }: Outcome): boolean {
  return rule === 'nothing-to-do' && message.startsWith(NOTHING_TO_DO);
}

/** @returns the outcome itself if nothing is wrong with its class. */
function repairOf(outcome: Outcome, findings: readonly Finding[]): Outcome {
  const { length } = findings.filter(
    ({ level, file, resource }) => level === 'error' && file === outcome.file && resource === outcome.resource,
  );
  if (length === 0) return outcome;
  const what = `"secretmount check" finds ${plural(length, 'error')} in it`;
  return withRule('check', { ...outcome, message: `${what}; run it, and repair ${length === 1 ? 'that' : 'them'}` });
}

function addedTo(before: readonly Finding[], after: readonly Finding[]): readonly Outcome[] {
  const known = new Set(before.map(({ rule, message }) => `${rule} ${message}`));
  return after
    .filter(({ rule, message }) => !known.has(`${rule} ${message}`))
    .map((finding) => {
      const message = `line ${finding.line} of the output: ${finding.message} (${finding.rule})`;
      return withRule(finding.level === 'error' ? 'result-refused' : 'result', { ...finding, message });
    });
}

function withRule(rule: Kind, outcome: Omit<Outcome, 'rule' | 'level'>): Outcome {
  return { ...outcome, level: KINDS[rule].level, rule };
}
