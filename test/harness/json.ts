// Answers' bodies for tests: made from text, and read whole.
import assert from 'node:assert/strict';
import { Buffer } from 'node:buffer';
import { type JsonObject, parseJson } from '../../src/json.ts';
import { JsonText } from '../../src/json-text/json-text.ts';

export function jsonText(text: string): JsonText {
  return JsonText.parse(Buffer.from(text)) ?? assert.fail(`no JSON: ${text}`);
}

export function parsed(body: JsonText | undefined): JsonObject {
  return parseJson(body?.source.toString() ?? '{}') as JsonObject;
}
