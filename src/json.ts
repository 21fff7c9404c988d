// JSON that keeps numbers as their source text. A store sends integers beyond 2^53 and people mount them:
// a number read into a double and written again would be another number. Keys such as __proto__ are data.

/** A JSON number as its source text, for example `12345678901234567890` or `1.10`. */
export class JsonNumber {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }

  toNumber(): number {
    return Number(this.text);
  }

  toString(): string {
    return this.text;
  }

  /** JSON.rawJSON makes JSON.stringify write the source text. */
  toJSON(): unknown {
    return JSON.rawJSON(this.text);
  }
}

export type JsonValue = null | boolean | string | JsonNumber | readonly JsonValue[] | JsonObject;
/** Made by `parseJson` from own properties only; look keys up with `getOwn`. */
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

interface ReviverContext {
  readonly source?: string;
}

declare global {
  interface JSON {
    rawJSON(text: string): object;
  }
}

function keepNumber(_key: string, value: unknown, context?: ReviverContext): unknown {
  return typeof value === 'number' && context?.source !== undefined ? new JsonNumber(context.source) : value;
}

/** @throws MalformedJson, whose message never quotes the text (the engine's own does). */
export function parseJson(text: string): JsonValue {
  try {
    return JSON.parse(text, keepNumber as (this: unknown, key: string, value: unknown) => unknown) as JsonValue;
  } catch {
    throw new MalformedJson();
  }
}

/** undefined if the text is not JSON, or another value than an object. */
export function parseJsonObject(text: string): JsonObject | undefined {
  try {
    const value = parseJson(text);
    return isJsonObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export class MalformedJson extends Error {
  constructor() {
    super('malformed JSON');
    this.name = 'MalformedJson';
  }
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof JsonNumber);
}

/** An own property, never one inherited from Object.prototype. */
export function getOwn(object: JsonObject, key: string): JsonValue | undefined {
  return Object.hasOwn(object, key) ? object[key] : undefined;
}
