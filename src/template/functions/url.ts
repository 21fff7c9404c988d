// URLs as Go's package net/url reads and writes them, and sprig's functions of them.
import { define } from '../function.ts';
import { FunctionError, fail, type SafeText, safe } from '../safe-text.ts';
import { fromBytes, toBytes } from '../text.ts';
import type { Value } from '../value.ts';
import { kindOf } from './kinds.ts';

interface Url {
  scheme: string;
  opaque: string;
  /** As it is written, and undefined without an `@`. */
  user: User | undefined;
  host: string;
  path: string;
  query: string;
  fragment: string;
}

interface User {
  readonly name: string;
  readonly password: string | undefined;
}

type Part = 'path' | 'host' | 'zone' | 'user' | 'fragment';

export const SPRIG_URLS = {
  urlParse: define(['string'], (_, text) => {
    const url = parsedOr(text, safe('unable to parse url: '));
    return new Map<string, Value>([
      ['scheme', url.scheme],
      ['host', url.host],
      ['hostname', hostName(url.host)],
      ['path', url.path],
      ['query', url.query],
      ['opaque', url.opaque],
      ['fragment', url.fragment],
      ['userinfo', userText(url.user)],
    ]);
  }),
  urlJoin: define(['map[string]interface {}'], (_, map) => {
    const part = (name: string): string => {
      if (map === null || !map.has(name)) return '';
      const value = map.get(name);
      if (typeof value === 'string') return value;
      if (value === null) return fail`runtime error: invalid memory address or nil pointer dereference`;
      return fail`unable to parse ${safe(name)} key, must be of type string, but ${kindOf(value)} found`;
    };
    const url: Url = {
      scheme: part('scheme'),
      host: part('host'),
      path: part('path'),
      query: part('query'),
      opaque: part('opaque'),
      fragment: part('fragment'),
      user: undefined,
    };
    const user = part('userinfo');
    if (user !== '') url.user = parsedOr(`proto://${user}@host`, safe('unable to parse userinfo in dict: ')).user;
    return urlText(url);
  }),
} as const;

function parsedOr(text: string, prefix: SafeText): Url {
  try {
    return parseUrl(text);
  } catch (thrown) {
    if (thrown instanceof FunctionError) return fail`${prefix}parse: ${thrown.message}`;
    throw thrown;
  }
}

export function parseUrl(text: string): Url {
  const [before, fragment] = cut(text, '#');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are refused
  if (/[\0-\x1f\x7f]/.test(before)) fail`net/url: invalid control character in URL`;
  const url = parseWithoutFragment(before);
  url.fragment = unescaped(fragment ?? '', 'fragment');
  return url;
}

function parseWithoutFragment(text: string): Url {
  const url: Url = { scheme: '', opaque: '', user: undefined, host: '', path: '', query: '', fragment: '' };
  if (text === '*') return { ...url, path: '*' };
  const [scheme, afterScheme] = schemeOf(text);
  url.scheme = scheme.toLowerCase();
  const [rest, query] = cut(afterScheme, '?');
  url.query = query ?? '';
  let path = rest;
  if (!path.startsWith('/')) {
    if (url.scheme !== '') return { ...url, opaque: path };
    if (/^[^/]*:/.test(path)) fail`first path segment in URL cannot contain colon`;
  }
  if ((url.scheme !== '' || !path.startsWith('///')) && path.startsWith('//')) {
    const end = path.indexOf('/', 2);
    const authority = path.slice(2, end < 0 ? undefined : end);
    path = end < 0 ? '' : path.slice(end);
    parseAuthority(url, authority);
  }
  url.path = unescaped(path, 'path');
  return url;
}

function schemeOf(text: string): [string, string] {
  const found = /^[A-Za-z][A-Za-z\d+.-]*:/.exec(text)?.[0];
  if (found !== undefined) return [found.slice(0, -1), text.slice(found.length)];
  if (text.startsWith(':')) return fail`missing protocol scheme`;
  return ['', text];
}

function parseAuthority(url: Url, authority: string): void {
  const at = authority.lastIndexOf('@');
  url.host = parseHost(authority.slice(at + 1));
  if (at < 0) return;
  const user = authority.slice(0, at);
  if (!/^[\w\-.:~!$&'()*+,;=%@]*$/.test(user)) fail`net/url: invalid userinfo`;
  const [name, password] = cut(user, ':');
  url.user = {
    name: unescaped(name, 'user'),
    password: password === undefined ? undefined : unescaped(password, 'user'),
  };
}

function parseHost(host: string): string {
  const open = host.indexOf('[');
  if (open > 0) return fail`invalid IP-literal`;
  if (open === 0) {
    const close = host.lastIndexOf(']');
    if (close < 0) return fail`missing ']' in host`;
    if (!isPort(host.slice(close + 1))) return fail`invalid port after host`;
    const zone = host.slice(0, close).indexOf('%25');
    if (zone < 0) return unescaped(host, 'host');
    return (
      unescaped(host.slice(0, zone), 'host') +
      unescaped(host.slice(zone, close), 'zone') +
      unescaped(host.slice(close), 'host')
    );
  }
  const colon = host.lastIndexOf(':');
  if (colon >= 0 && !isPort(host.slice(colon))) return fail`invalid port after host`;
  return unescaped(host, 'host');
}

function isPort(text: string): boolean {
  return /^(?::\d*)?$/.test(text);
}

/** What a host may have as it is. */
const HOST_CHARACTER = /^[\w\-.~!$&'()*+,;=:[\]<>"]$/;

function unescaped(text: string, part: Part): string {
  const bytes = toBytes(text);
  const out: number[] = [];
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at] as number;
    const char = String.fromCharCode(byte);
    if (char !== '%') {
      const isPlain = byte >= 0x80 || HOST_CHARACTER.test(char);
      if ((part === 'host' || part === 'zone') && !isPlain) fail`invalid character in host name`;
      out.push(byte);
      continue;
    }
    const digits = bytes.subarray(at + 1, at + 3).toString('latin1');
    if (!/^[\da-fA-F]{2}$/.test(digits)) fail`invalid URL escape`;
    const value = Number.parseInt(digits, 16);
    if (part === 'host' && value < 0x80 && digits !== '25') fail`invalid URL escape`;
    if (part === 'zone' && digits !== '25' && value !== 0x20 && isEscaped(value, 'host')) fail`invalid URL escape`;
    out.push(value);
    at += 2;
  }
  return fromBytes(Uint8Array.from(out));
}

const UNRESERVED = /^[\w\-.~]$/;
const PLAIN_IN: Readonly<Record<Part, RegExp>> = {
  path: /^[$&+,/:;=@]$/,
  user: /^[$&+,;=]$/,
  host: /^[!$&'()*+,;=:[\]<>"]$/,
  zone: /^[!$&'()*+,;=:[\]<>"]$/,
  fragment: /^[$&+,/:;=?@!()*]$/,
};

function isEscaped(byte: number, part: Part): boolean {
  const char = String.fromCharCode(byte);
  return byte >= 0x80 || !(UNRESERVED.test(char) || PLAIN_IN[part].test(char));
}

function escaped(text: string, part: Part): string {
  let out = '';
  for (const byte of toBytes(text)) {
    out += isEscaped(byte, part) ? `%${byte.toString(16).toUpperCase().padStart(2, '0')}` : String.fromCharCode(byte);
  }
  return out;
}

function hostName(host: string): string {
  const withoutPort = /^(.*?)(?::\d*)?$/s.exec(host)?.[1] ?? host;
  const name = withoutPort.startsWith('[') && !withoutPort.endsWith(']') ? host : withoutPort;
  return name.startsWith('[') && name.endsWith(']') ? name.slice(1, -1) : name;
}

function userText(user: User | undefined): string {
  if (user === undefined) return '';
  const name = escaped(user.name, 'user');
  return user.password === undefined ? name : `${name}:${escaped(user.password, 'user')}`;
}

function urlText(url: Url): string {
  let out = url.scheme === '' ? '' : `${url.scheme}:`;
  if (url.opaque !== '') {
    out += url.opaque;
  } else {
    if (url.scheme !== '' || url.host !== '' || url.user !== undefined) {
      if (url.host !== '' || url.path !== '' || url.user !== undefined) out += '//';
      if (url.user !== undefined) out += `${userText(url.user)}@`;
      if (url.host !== '') out += escaped(url.host, 'host');
    }
    const path = url.path === '*' ? '*' : escaped(url.path, 'path');
    if (path !== '' && !path.startsWith('/') && url.host !== '') out += '/';
    if (out === '' && /^[^/]*:/.test(path)) out += './';
    out += path;
  }
  if (url.query !== '') out += `?${url.query}`;
  if (url.fragment !== '') out += `#${escaped(url.fragment, 'fragment')}`;
  return out;
}

function cut(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at < 0 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}
