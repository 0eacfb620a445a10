/** Provenance of results: the machines that computed them. Node only. */
import { availableParallelism, cpus } from "node:os";
import { createEngine, type EngineOptions } from "../../runtime/node.ts";

export interface Provenance {
  /** Machines that computed the results so far, in words. */
  machines: Set<string>;
  /** Whether anything was computed that was not cached. */
  isNew: boolean;
}

/** Machine of results that are older than the record of machines. */
export const NOT_RECORDED = "a machine that was not recorded";

/** The engine options among other options. */
export const engineOf = ({ device, threads }: EngineOptions): EngineOptions => ({
  ...(device && { device }),
  ...(threads !== undefined && { threads }),
});

/** Device, threads and processor, in words. */
export const machineOf = (options: EngineOptions): string => {
  const { device, threads } = createEngine(engineOf(options));
  return `${device}, ${threads} thread${threads === 1 ? "" : "s"} of ${availableParallelism()} (${cpus()[0]?.model.trim() ?? "unknown processor"})`;
};

/** Notes the machines of a result. */
export const note = (provenance: Provenance, machines: readonly string[] = [NOT_RECORDED]): void => {
  for (const machine of machines) provenance.machines.add(machine);
};

/** The value of `work` with the machines of all results that it used, which are noted too. Calls must not overlap. */
export const gathered = async <T>(
  provenance: Provenance,
  work: () => Promise<T>,
): Promise<{ readonly value: T; readonly machines: readonly string[] }> => {
  const outer = provenance.machines;
  provenance.machines = new Set();
  try {
    return { value: await work(), machines: [...provenance.machines] };
  } finally {
    const inner = [...provenance.machines];
    provenance.machines = outer;
    note(provenance, inner);
  }
};

/** The machines as text; `before` replaces machines that were not recorded. */
export const machinesInWords = ({ machines }: Provenance, before = NOT_RECORDED): string => {
  const known = [...machines].filter((machine) => machine !== NOT_RECORDED).sort();
  const unknown = machines.has(NOT_RECORDED) ? before.split("; ") : [];
  return [...new Set([...known, ...unknown])].join("; ");
};
