// Findings as GitLab's code quality report, which a merge request shows beside the lines they are about.
import { createHash } from 'node:crypto';
import type { Checked, Finding } from '../../check/check.ts';

/** What GitLab's page sorts by. */
const SEVERITIES = { error: 'critical', warning: 'minor' } as const satisfies Record<Finding['level'], string>;

export function reportGitlab({ findings }: Checked): string {
  const counts = new Map<string, number>();
  const issues = findings.map((finding) => {
    const key = identify(finding);
    const nth = counts.get(key) ?? 0;
    counts.set(key, nth + 1);
    const { file, line, level, rule, message } = finding;
    return {
      description: message,
      check_name: rule,
      fingerprint: createHash('sha256').update(`${key}${nth}`).digest('hex'),
      severity: SEVERITIES[level],
      location: { path: file, lines: { begin: line } },
    };
  });
  return `${JSON.stringify(issues, undefined, 2)}\n`;
}

/** Without the position: a finding stays the same if lines are added above it. */
function identify({ file, rule, resource, message }: Finding): string {
  return JSON.stringify([file, rule, resource, message.replace(/\bline \d+/g, 'line')]);
}
