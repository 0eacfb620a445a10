/**
 * One training step of mnist-cnn (32c5-p2-64c5-p2-1024-10) as an NSM with Bernoulli noise, on tfjs's WASM
 * backend.
 *
 * The backward pass is written by hand, because tfjs's gradients of convolution and pooling need kernels that
 * the WASM backend lacks (Conv2DBackpropFilter) or implements as a slow loop. The fastest of several variants
 * are used (two threads, batch 100):
 * - input gradient: convolution with the flipped, transposed filter 33 ms, Conv2DBackpropInput 330;
 * - weight gradient: convolution with batch and channels swapped 30 ms, 25 slices and products 88;
 * - pooling: MaxPoolWithArgmax, the gradient's exponential at the winners only, and ScatterNd 25 ms,
 *   MaxPoolGrad and full-size exponentials 55; Gather takes 47 where a loop over the typed arrays takes 5;
 * - products with a transposed operand bypass XNNPACK (160 ms instead of 8): weights are [out, in] and the
 *   dense layers work on [features, batch], so that only small matrices are transposed;
 * - noise: a generator in JavaScript 4 ms, tf.randomUniform 22.
 */
const BATCH = 100;
/**
 * Number of batches: enough to prevent memorisation, which would make gradients denormal; WASM cannot flush
 * them.
 */
const BATCHES = 64;
const TWO_OVER_ROOT_PI = 2 / Math.sqrt(Math.PI);

/** Returns a function that fills an array with numbers uniform in [-1, 1) (xoshiro128+, Blackman & Vigna). */
const uniformSource = (seed) => {
  let [a, b, c, d] = [seed | 1, 0x9e3779b9, 0x243f6a88, 0xb7e15162];
  return (values) => {
    for (let i = 0; i < values.length; i++) {
      const sum = (a + d) | 0;
      const t = b << 9;
      c ^= a;
      d ^= b;
      b ^= c;
      a ^= d;
      c ^= t;
      d = (d << 11) | (d >>> 21);
      values[i] = (sum >> 8) * 2 ** -23;
    }
    return values;
  };
};

/**
 * The steps, given tfjs. `draw(array)` fills an array with uniform noise; tests can substitute fixed noise.
 */
export const networkSteps = (tf, draw) => {
  const buffers = new Map();
  const noise = (shape) => {
    const size = shape.reduce((a, b) => a * b, 1);
    if (!buffers.has(size)) buffers.set(size, new Float32Array(size));
    return tf.tensor(draw(buffers.get(size)), shape);
  };
  const columnSums = (m) => tf.matMul(tf.ones([1, m.shape[0]]), m);

  /** Equation (3): weights [out, in] with gain and norm folded in, and the corresponding bias [out, 1]. */
  const fold = ({ weight, gain, bias, spread }) => {
    const norm = tf.sqrt(tf.sum(tf.mul(weight, weight), 1, true));
    const scale = tf.div(gain, norm);
    const shift = tf.div(bias, tf.mul(norm, spread));
    return { weights: tf.mul(weight, scale), shift, scale, norm };
  };

  /** Gradients of weight, gain and bias, from those of the results of fold. */
  const foldBackward = ({ weight, spread }, { scale, norm, shift }, weightsGradient, shiftGradient) => {
    const projected = tf.div(tf.sum(tf.mul(weightsGradient, weight), 1, true), norm);
    const normGradient = tf.neg(tf.add(tf.mul(projected, scale), tf.div(tf.mul(shiftGradient, shift), norm)));
    return {
      weight: tf.add(tf.mul(weightsGradient, scale), tf.mul(weight, tf.div(normGradient, norm))),
      gain: projected,
      bias: tf.div(shiftGradient, tf.mul(norm, spread)),
    };
  };

  /**
   * dE[z]/dv = 2 / sqrt(pi) exp(-v^2), times the gradient of z. The exponential is at least exp(-20) = 2e-9,
   * below float32's resolution at 1, because WASM cannot flush denormal numbers: with those of saturated
   * units a step takes 800 ms.
   */
  const neuronGradient = (v, gradient) =>
    tf.mul(tf.mul(gradient, TWO_OVER_ROOT_PI), tf.exp(tf.clipByValue(tf.neg(tf.mul(v, v)), -20, 0)));

  /** z = sgn(erf(v) - r), so that P(z = 1) = 1/2 (1 + erf v). */
  const margin = (v) => tf.sub(tf.erf(v), noise(v.shape));
  const sign = (m) => tf.step(m, -1);

  /**
   * Pooled signs and the index of each winner. sgn is monotone, so that pooling the margin first is
   * equivalent. The margin, in (-2, 2), is shifted by 2, because the kernel finds no maximum in a window
   * without a positive number.
   */
  const pooledSign = (v) => {
    const attributes = { filterSize: [2, 2], strides: [2, 2], pad: "valid", includeBatchInIndex: true };
    const [largest, winners] = tf
      .engine()
      .runKernel("MaxPoolWithArgmax", { x: tf.add(margin(v), 2) }, attributes);
    return { z: sign(tf.sub(largest, 2)), winners };
  };

  /**
   * Gradient of v [N, H, W, C] from that of its pooled sign, and its sum over all axes but the channels [C,
   * 1].
   */
  const pooledSignBackward = (v, winners, gradient) => {
    const [all, indices] = [v.dataSync(), winners.dataSync()];
    const winning = new Float32Array(indices.length);
    for (let i = 0; i < winning.length; i++) winning[i] = all[indices[i]];
    const channels = v.shape[3];
    const sparse = neuronGradient(tf.tensor(winning, gradient.shape), gradient);
    const dense = tf.scatterND(tf.reshape(winners, [-1, 1]), tf.reshape(sparse, [-1]), [v.size]);
    const sum = tf.reshape(columnSums(tf.reshape(sparse, [-1, channels])), [channels, 1]);
    return { dense: tf.reshape(dense, v.shape), sum };
  };

  const filterOf = (weights, size, channels) =>
    tf.reshape(tf.transpose(weights), [size, size, channels, weights.shape[0]]);
  /**
   * Convolution with a bias. The kernel uses the shape in which the bias was created, which reshape keeps; a
   * product creates a new one.
   */
  const convolve = (x, filter, shift) =>
    tf.fused.conv2d({ x, filter, strides: 1, pad: "valid", bias: tf.mul(tf.reshape(shift, [-1]), 1) });
  const convolveWeightGradient = (x, gradient) => {
    const swapped = tf.conv2d(
      tf.transpose(x, [3, 1, 2, 0]),
      tf.transpose(gradient, [1, 2, 0, 3]),
      1,
      "valid",
    );
    return tf.reshape(tf.transpose(swapped, [3, 1, 2, 0]), [gradient.shape[3], -1]);
  };
  const convolveInputGradient = (filter, gradient) => {
    const border = filter.shape[0] - 1;
    const edges = [border, border];
    const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
    return tf.conv2d(gradient, turned, 1, [[0, 0], edges, edges, [0, 0]]);
  };

  /** Loss and gradients of all parameters; x: [batch, 28, 28, 1], target: one-hot [batch, 10]. */
  const lossAndGradients = ({ conv1, conv2, hidden, readout }, x, target) => {
    const fold1 = fold(conv1);
    const fold2 = fold(conv2);
    const fold3 = fold(hidden);
    const filter2 = filterOf(fold2.weights, 5, 32);

    const v1 = convolve(x, filterOf(fold1.weights, 5, 1), fold1.shift);
    const pool1 = pooledSign(v1);
    const v2 = convolve(pool1.z, filter2, fold2.shift);
    const pool2 = pooledSign(v2);
    const features = tf.reshape(pool2.z, [BATCH, 1024]);
    const v3 = tf.add(tf.matMul(fold3.weights, tf.transpose(features)), fold3.shift);
    const z3 = sign(margin(v3));
    const logits = tf.transpose(tf.add(tf.matMul(readout.weight, z3), readout.bias));
    const probability = tf.softmax(logits);
    const loss = tf.neg(tf.div(tf.sum(tf.mul(target, tf.log(probability))), BATCH));

    const dLogits = tf.transpose(tf.div(tf.sub(probability, target), BATCH));
    const dReadout = { weight: tf.matMul(dLogits, tf.transpose(z3)), bias: tf.sum(dLogits, 1, true) };
    const dV3 = neuronGradient(v3, tf.matMul(tf.transpose(readout.weight), dLogits));
    const dHidden = foldBackward(hidden, fold3, tf.matMul(dV3, features), tf.sum(dV3, 1, true));
    const dPool2 = tf.reshape(tf.matMul(tf.transpose(dV3), fold3.weights), pool2.z.shape);
    const dV2 = pooledSignBackward(v2, pool2.winners, dPool2);
    const dConv2 = foldBackward(conv2, fold2, convolveWeightGradient(pool1.z, dV2.dense), dV2.sum);
    const dV1 = pooledSignBackward(v1, pool1.winners, convolveInputGradient(filter2, dV2.dense));
    const dConv1 = foldBackward(conv1, fold1, convolveWeightGradient(x, dV1.dense), dV1.sum);
    return { loss, gradients: { conv1: dConv1, conv2: dConv2, hidden: dHidden, readout: dReadout } };
  };
  return { lossAndGradients };
};

const initialParameters = (tf, uniform) => {
  const variable = (shape, fill) =>
    tf.variable(tf.tensor(fill(new Float32Array(shape[0] * shape[1])), shape));
  const weight = (out, fanIn) =>
    variable([out, fanIn], (values) => uniform(values).map((value) => value / Math.sqrt(fanIn)));
  const constant = (out, value) => variable([out, 1], (values) => values.fill(value));
  const sampling = (out, fanIn, p) => ({
    weight: weight(out, fanIn),
    gain: constant(out, 1),
    bias: constant(out, 0),
    spread: Math.sqrt(2 * p * (1 - p)),
  });
  return {
    conv1: sampling(32, 25, 0.25),
    conv2: sampling(64, 800, 0.25),
    hidden: sampling(1024, 1024, 0.5),
    readout: { weight: weight(10, 1024), bias: constant(10, 0) },
  };
};

/** One-hot rows of ten, from numbers in [-1, 1). */
const oneHot = (numbers) =>
  Float32Array.from({ length: numbers.length * 10 }, (_, i) =>
    Math.floor(5 * (numbers[Math.floor(i / 10)] + 1)) === i % 10 ? 1 : 0,
  );

/**
 * Returns a function that runs one Adam step on the next of a few batches of random signs and returns the
 * loss.
 */
export const makeStep = (tf) => {
  const uniform = uniformSource(1);
  const parameters = initialParameters(tf, uniform);
  const { lossAndGradients } = networkSteps(tf, uniform);
  const optimiser = tf.train.adam(1e-3);
  const batches = Array.from({ length: BATCHES }, () => ({
    x: tf.tensor(
      uniform(new Float32Array(BATCH * 784)).map((u) => (u < 0 ? -1 : 1)),
      [BATCH, 28, 28, 1],
    ),
    target: tf.tensor(oneHot(uniform(new Float32Array(BATCH))), [BATCH, 10]),
  }));
  let turn = 0;
  return () => {
    const { x, target } = batches[turn++ % batches.length];
    return tf.tidy(() => {
      const { loss, gradients } = lossAndGradients(parameters, x, target);
      const named = Object.entries(gradients).flatMap(([layer, tensors]) =>
        Object.entries(tensors).map(([name, tensor]) => [parameters[layer][name].name, tensor]),
      );
      optimiser.applyGradients(Object.fromEntries(named));
      return loss.dataSync()[0];
    });
  };
};
