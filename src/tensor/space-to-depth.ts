/** Space to depth and depth to space; each is the other's inverse and gradient. */
import { refuseShapes, requireRank, requireType, requireWhole } from "./shape.ts";
import { apply, type Tensor } from "./tensor.ts";

/**
 * Maps [batch, channels, height, width] to [batch, block^2 channels, height / block, width / block]. Channel
 * (row * block + column) * channels + c holds the elements at (row, column) of every block of channel c.
 */
export const spaceToDepth = (x: Tensor, block: number): Tensor => {
  requireBlocks("spaceToDepth", x, block, "[batch, channels, height, width]");
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  if (height % block !== 0 || width % block !== 0)
    refuseShapes(
      "spaceToDepth",
      [x.shape, `block ${block}`],
      `height and width divisible by ${block}`,
      "Slice or pad it first.",
    );
  return apply(
    {
      name: "spaceToDepth",
      onnx: { operator: "SpaceToDepth", attributes: { blocksize: { int: block } } },
      gradient: (cotangent) => [depthToSpace(cotangent, block)],
    },
    [x],
    [batch, channels * block ** 2, height / block, width / block],
  );
};

/** The inverse of `spaceToDepth`. */
export const depthToSpace = (x: Tensor, block: number): Tensor => {
  requireBlocks("depthToSpace", x, block, "[batch, block^2 channels, height, width]");
  const [batch, channels, height, width] = x.shape as [number, number, number, number];
  if (channels % block ** 2 !== 0)
    refuseShapes(
      "depthToSpace",
      [x.shape, `block ${block}`],
      `channels divisible by ${block ** 2}`,
      "Check the block size.",
    );
  return apply(
    {
      name: "depthToSpace",
      onnx: { operator: "DepthToSpace", attributes: { blocksize: { int: block }, mode: { string: "DCR" } } },
      gradient: (cotangent) => [spaceToDepth(cotangent, block)],
    },
    [x],
    [batch, channels / block ** 2, height * block, width * block],
  );
};

const requireBlocks = (operator: string, x: Tensor, block: number, meaning: string): void => {
  requireType(operator, x, "float32");
  requireRank(operator, x, 4, meaning);
  requireWhole(operator, "block", [block], 1, 1);
};
