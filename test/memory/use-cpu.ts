/** Works for so long, however much of the core others have meanwhile. */
export function useCpu(ms: number): void {
  const usedMs = () => {
    const { user, system } = process.threadCpuUsage();
    return (user + system) / 1_000;
  };
  for (const until = usedMs() + ms; usedMs() < until; );
}
