/** Where results come from. Node only. */
import { availableParallelism, cpus } from "node:os";
import { createEngine, type EngineOptions } from "../../runtime/node.ts";

export interface Provenance {
  /** Where what was given so far was computed, in words. */
  machines: Set<string>;
  /** Whether anything was computed, or begun, that was not there. */
  isNew: boolean;
}

/** Where results come from that do not say it: they are of before that was recorded. */
export const NOT_RECORDED = "a machine that was not recorded";

/** Where to compute, of what is given. */
export const engineOf = ({ device, threads }: EngineOptions): EngineOptions => ({
  ...(device && { device }),
  ...(threads !== undefined && { threads }),
});

/** Device, threads and processor, in words. */
export const machineOf = (options: EngineOptions): string => {
  const { device, threads } = createEngine(engineOf(options));
  return `${device}, ${threads} thread${threads === 1 ? "" : "s"} of ${availableParallelism()} (${cpus()[0]?.model.trim() ?? "unknown processor"})`;
};

/** Remembers what a result says of its machines. */
export const note = (provenance: Provenance, machines: readonly string[] = [NOT_RECORDED]): void => {
  for (const machine of machines) provenance.machines.add(machine);
};

/** What `work` gives, and the machines of all that it was made of, which are noted too. One at a time. */
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

/** For people; `before` is what was said when results did not say it themselves. */
export const machinesInWords = ({ machines }: Provenance, before = NOT_RECORDED): string => {
  const known = [...machines].filter((machine) => machine !== NOT_RECORDED).sort();
  const unknown = machines.has(NOT_RECORDED) ? before.split("; ") : [];
  return [...new Set([...known, ...unknown])].join("; ");
};
