/**
 * The calling thread's treatment of denormal numbers. Adam's moments are full of them, and they slow arithmetic down
 * threefold, so engine threads count them as zero. ONNX Runtime sets this once a process, on whichever thread makes the
 * first session; here each engine thread sets its own mode, and no other thread's changes.
 */

type Koffi = typeof import("koffi");

/** Place of the floating-point control word in C's environment, and its bits that flush denormal numbers to zero. */
interface Environment {
  readonly library: string;
  /** Size of fenv_t and offset of the word in it, in bytes. */
  readonly bytes: number;
  readonly offset: number;
  readonly bits: number;
}

/** MXCSR: flush results to zero (bit 15), take operands as zero (bit 6). */
const MXCSR_BITS = 0x8040;
/** FPCR: FZ. */
const FPCR_BITS = 1 << 24;

const ENVIRONMENTS: Readonly<Record<string, Environment>> = {
  "linux x64": { library: "libm.so.6", bytes: 32, offset: 28, bits: MXCSR_BITS },
  "linux arm64": { library: "libm.so.6", bytes: 8, offset: 0, bits: FPCR_BITS },
  "darwin arm64": { library: "libSystem.B.dylib", bytes: 16, offset: 8, bits: FPCR_BITS },
};

/** _DN_FLUSH and _MCW_DN of Microsoft's <float.h>. */
const [DN_FLUSH, MCW_DN] = [0x01000000, 0x03000000];

/** Makes the calling thread treat denormal numbers as zero, where the platform is known; elsewhere it does nothing. */
export const flushDenormals = (koffi: Koffi): void => {
  try {
    if (process.platform === "win32") flushOnWindows(koffi);
    else flushOnPosix(koffi, ENVIRONMENTS[`${process.platform} ${process.arch}`]);
  } catch {
    // Without these functions the arithmetic is right, and slower.
  }
};

const flushOnPosix = (koffi: Koffi, environment: Environment | undefined): void => {
  if (!environment) return;
  const { library, bytes, offset, bits } = environment;
  const math = koffi.load(library);
  const words = Buffer.alloc(bytes);
  math.func("int fegetenv(void *)")(words);
  words.writeUInt32LE((words.readUInt32LE(offset) | bits) >>> 0, offset);
  math.func("int fesetenv(void *)")(words);
};

const flushOnWindows = (koffi: Koffi): void => {
  const control = koffi.load("ucrtbase.dll").func("int _controlfp_s(void *, uint32_t, uint32_t)");
  control(Buffer.alloc(4), DN_FLUSH, MCW_DN);
};
