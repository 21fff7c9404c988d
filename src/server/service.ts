// The driver's two calls, Mount and Version. Decodes the request, encodes the outcome as a response or a status, and
// emits one MountFact. mount.ts does the mount; status.ts decides which codes may be sent.
import type { handleUnaryCall, ServerUnaryCall, sendUnaryData } from '@grpc/grpc-js';
import { asMountError, MountError } from '../errors.ts';
import type { Fact, MountFact } from '../events.ts';
import { type MountReport, mount, newReport, type RequestSource, type Services } from '../mount.ts';
import type { PlanDefaults, PlanRequest } from '../plan/plan.ts';
import type { Rendered } from '../render/rendered.ts';
import { Secret } from '../secret.ts';
import { callTimeMs } from './call-time.ts';
import type { Calls } from './calls.ts';
import { statusOf } from './status.ts';
import { v1alpha1 } from './wire/messages.js';

export interface ServiceOptions {
  readonly services: Services;
  readonly defaults: PlanDefaults;
  readonly mountTimeoutMs: number;
  readonly calls: Calls;
  /** The package's: a semantic version. */
  readonly version: string;
}

type MountCall = ServerUnaryCall<v1alpha1.MountRequest, Uint8Array>;

/** A mount should settle when its signal aborts. If it has not after this time, the call fails anyway. */
const OVERTIME_MS = 250;

export function versionHandler(version: string): handleUnaryCall<v1alpha1.VersionRequest, v1alpha1.IVersionResponse> {
  return (_call, callback) =>
    callback(null, { version: 'v1alpha1', runtimeName: 'secretmount', runtimeVersion: version });
}

export function mountHandler(options: ServiceOptions): handleUnaryCall<v1alpha1.MountRequest, Uint8Array> {
  return (call, callback) => void answer(call, callback, options);
}

/** @param callback throws nothing (guarded-handler.ts) */
async function answer(call: MountCall, callback: sendUnaryData<Uint8Array>, options: ServiceOptions) {
  const { services, calls } = options;
  const source = { take: () => takeRequest(call.request) };
  const report = newReport();
  const startedAt = services.clock.now();
  let isTaken = false;
  // The library emits this for every call: the driver has received the response or has disconnected.
  call.once('cancelled', () => {
    isTaken = true;
    report.memory?.close();
  });
  try {
    const rendered = await calls.run(() => runInTime(call, options, source, report));
    callback(null, encodeAnswer(rendered));
    services.emit(mountFact(report, services.clock.now() - startedAt, rendered, undefined));
  } catch (thrown) {
    const error = asMountError(thrown);
    callback(statusOf(error), null);
    if (error.reason === 'internal') services.emit(faultFact(error));
    services.emit(mountFact(report, services.clock.now() - startedAt, undefined, error));
  } finally {
    if (isTaken) report.memory?.close();
  }
}

/** The call's signal aborts at the end of its time and when the caller goes away. */
async function runInTime(
  call: MountCall,
  options: ServiceOptions,
  source: RequestSource,
  report: MountReport,
): Promise<Rendered> {
  const timeMs = callTimeMs(call.getDeadline(), options.services.clock.wall(), options.mountTimeoutMs);
  const controller = new AbortController();
  let overtime: NodeJS.Timeout | undefined;
  const { promise: isOver, reject } = Promise.withResolvers<never>();
  const late = () => reject(new MountError('mount-timeout', 'the mount did not end within its time'));
  const abort = () => {
    controller.abort();
    overtime ??= setTimeout(late, OVERTIME_MS);
  };
  const timer = setTimeout(abort, timeMs);
  call.once('cancelled', abort);
  try {
    return await Promise.race([mount(source, options.defaults, options.services, report, controller.signal), isOver]);
  } finally {
    clearTimeout(timer);
    clearTimeout(overtime);
    call.off('cancelled', abort);
  }
}

/** Removes the large fields from the message, because the library keeps the message until the call ends. */
function takeRequest(message: v1alpha1.MountRequest): PlanRequest {
  const { attributes, secrets, targetPath, permission } = message;
  message.attributes = '';
  message.secrets = '';
  return { attributes: new Secret(attributes), secrets: new Secret(secrets), targetPath, permission };
}

/** Encoded here and not by the library, so that a failure is reported as this mount's error. */
function encodeAnswer(rendered: Rendered): Uint8Array {
  return v1alpha1.MountResponse.encode({
    objectVersion: [...rendered.versions],
    files: rendered.files.map(({ path, mode, contents }) => ({ path, mode, contents: contents.reveal() })),
  }).finish();
}

function mountFact(
  report: MountReport,
  ms: number,
  rendered: Rendered | undefined,
  error: MountError | undefined,
): MountFact {
  return {
    type: 'mount',
    ...report.caller,
    isFirst: report.isFirst,
    objects: report.plan?.objects.length ?? 0,
    outcome: error !== undefined ? 'failed' : report.isStale ? 'stale' : 'ok',
    code: error?.code ?? 0,
    reason: error?.reason,
    message: error?.message,
    ms,
    logins: report.logins,
    reads: report.reads,
    bytes: rendered?.sizeBytes ?? 0,
    versions: rendered?.versions.map(({ id, version }) => `${id}=${version}`) ?? [],
  };
}

function faultFact(error: MountError): Fact {
  const causes = [error.cause, (error.cause as Error | undefined)?.cause];
  const cause = causes.findLast((one) => one !== undefined);
  return { type: 'fault', message: 'a mount failed with an internal error', cause };
}
