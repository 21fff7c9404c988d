// What the Prometheus operator calls its objects, from its own module: the definitions alone, nothing that runs.
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runCommand } from './commands.ts';

const MODULE = 'github.com/prometheus-operator/prometheus-operator@v0.85.0';
/** As go.sum would have it. */
const SUM = 'h1:M5xLCLEoaW2IJfnuCwFzzpL+jSVQu3KGT84Pye+fW8s=';

/** The files with the definitions of PodMonitor and PrometheusRule. */
export async function findPrometheusDefinitions(): Promise<readonly string[]> {
  // 27 MB where the module cache lacks it.
  const options = { cwd: tmpdir(), timeoutMs: 600_000 };
  const { Dir, Sum } = JSON.parse(await runCommand(['go', 'mod', 'download', '-json', MODULE], options));
  if (Sum !== SUM) throw new Error(`${MODULE} has the sum ${Sum}`);
  const folder = join(Dir, 'example/prometheus-operator-crd');
  return ['podmonitors', 'prometheusrules'].map((name) => join(folder, `monitoring.coreos.com_${name}.yaml`));
}
