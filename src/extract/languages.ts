// The expression languages of a class, and the check of an expression's syntax. Evaluation is in apply.ts, which is loaded
// only if a class has an expression.
import { BadExpression } from './cursor.ts';
import { checkGjson } from './gjson/check.ts';
import { parseJmesPath } from './jmes-path/parse.ts';
import { type FindPatternProblem, parseJsonPath } from './json-path/parse.ts';

/** As an object's fields are named. */
export const LANGUAGES = ['jsonPath', 'jmesPath', 'gjson'] as const;
export type Language = (typeof LANGUAGES)[number];

const LONGEST_EXPRESSION = 4_096;

const CHECKS: Readonly<Record<Language, (expression: string, findPatternProblem: FindPatternProblem) => unknown>> = {
  jsonPath: parseJsonPath,
  jmesPath: parseJmesPath,
  gjson: checkGjson,
};

/** @returns what is wrong with it, and where */
export function findExpressionProblem(
  language: Language,
  expression: string,
  findPatternProblem: FindPatternProblem,
): string | undefined {
  if (expression.length > LONGEST_EXPRESSION || !expression.isWellFormed())
    return `is longer than ${LONGEST_EXPRESSION} characters or holds half a character; shorten it`;
  try {
    CHECKS[language](expression, findPatternProblem);
    return undefined;
  } catch (thrown) {
    if (thrown instanceof BadExpression) return thrown.message;
    throw thrown;
  }
}
