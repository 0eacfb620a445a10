/** The faster device of a page for a training, measured by some of its steps. */
import { DeviceError, WorkerError } from "../../errors.ts";
import type { Backend, WebDevice } from "./backend.ts";

/** Milliseconds of a training step on each device that was tried. */
export type StepTimes = Readonly<Partial<Record<WebDevice, number>>>;

export interface Fastest {
  readonly backend: Backend;
  /** Nothing where there is only one device. */
  readonly times: StepTimes;
}

/** The used part of the types of WebGPU, which TypeScript's library does not have. */
interface Gpu {
  requestAdapter(): Promise<Adapter | null>;
}

interface Adapter {
  readonly isFallbackAdapter?: boolean;
  readonly info?: {
    readonly isFallbackAdapter?: boolean;
    readonly vendor: string;
    readonly architecture: string;
    readonly device: string;
    readonly description: string;
  };
}

/** Drivers that compute on the CPU. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render|software/i;

/** True if the browser has WebGPU on a GPU, not in software. */
const hasGpu = async (): Promise<boolean> => {
  const { gpu } = navigator as { readonly gpu?: Gpu };
  const adapter = await gpu?.requestAdapter().catch(() => null);
  if (!adapter) return false;
  const { isFallbackAdapter, info } = adapter;
  if (info?.isFallbackAdapter ?? isFallbackAdapter) return false;
  const names = info ? [info.vendor, info.architecture, info.device, info.description] : [];
  return !SOFTWARE.test(names.join(" "));
};

/** Opens a training on the CPU, and on WebGPU where there is a GPU, and keeps the one whose steps are faster. */
export const openFastest = async (open: (device: WebDevice) => Promise<Backend>): Promise<Fastest> => {
  const cpu = await open("cpu");
  try {
    const webgpu = (await hasGpu()) ? await open("webgpu").catch(ignoreDevice) : undefined;
    if (!webgpu) return { backend: cpu, times: {} };
    // One after the other: both use the CPU.
    const times = {
      cpu: await timeOf(cpu),
      webgpu: await timeOf(webgpu),
    };
    const [backend, other] = times.webgpu < times.cpu ? [webgpu, cpu] : [cpu, webgpu];
    other.close();
    return { backend, times };
  } catch (error) {
    cpu.close();
    throw error;
  }
};

/** Infinite where steps fail: the CPU tells why when it comes to them. */
const timeOf = ({ ask }: Backend): Promise<number> =>
  ask({ type: "time" }).then(Number, () => Number.POSITIVE_INFINITY);

/** A GPU that is not to be had is no error, nor a worker of it that does not start: the CPU is. */
const ignoreDevice = (cause: unknown): undefined => {
  if (cause instanceof DeviceError || cause instanceof WorkerError) return undefined;
  throw cause;
};
