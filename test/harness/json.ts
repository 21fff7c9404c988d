// Answers' bodies for tests: made from text, and read whole.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import type { AnswerBody } from '../../src/fetch/ports.ts';
import { type JsonObject, parseJson } from '../../src/json.ts';
import { JsonText } from '../../src/json-text/json-text.ts';
import { VaultAnswer } from '../../src/vault/answer.ts';

export function jsonText(text: string): JsonText {
  return JsonText.parse(Buffer.from(text)) ?? assert.fail(`no JSON: ${text}`);
}

export function answerBody(text: string): VaultAnswer {
  return VaultAnswer.parse(Buffer.from(text)) ?? assert.fail(`no answer: ${text}`);
}

export function parsed(body: JsonText | AnswerBody | undefined): JsonObject {
  const bytes = body instanceof JsonText ? body.source : body?.bytes;
  return parseJson(bytes?.toString() ?? '{}') as JsonObject;
}
