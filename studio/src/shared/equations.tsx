/** Equations that several rooms show. */
import type { ComponentChildren } from "preact";

interface Inner {
  readonly children: ComponentChildren;
}

/**
 * Brackets keep the height of the text: fonts without tables for mathematics stretch them far beyond it. The value is a text,
 * as Preact leaves out an attribute that is false.
 */
const FIXED = { stretchy: "false" as unknown as boolean };

/** A function's argument in parentheses. */
export const Of = ({ children }: Inner) => (
  <mrow>
    <mo {...FIXED}>(</mo>
    {children}
    <mo {...FIXED}>)</mo>
  </mrow>
);

/** The mean over passes. */
const Mean = ({ children }: Inner) => (
  <mrow>
    <mo {...FIXED}>⟨</mo>
    {children}
    <mo {...FIXED}>⟩</mo>
  </mrow>
);

/** P(z = 1), equation (3). */
export const FiringProbability = () => (
  <math display="block" aria-label="P of z equals one is one half of one plus erf of v">
    <mrow>
      <mi>P</mi>
      <Of>
        <mi>z</mi>
        <mo>=</mo>
        <mn>1</mn>
      </Of>
      <mo>=</mo>
      <mfrac>
        <mn>1</mn>
        <mn>2</mn>
      </mfrac>
      <mo>(</mo>
      <mn>1</mn>
      <mo>+</mo>
      <mi>erf</mi>
      <mi>v</mi>
      <mo>)</mo>
    </mrow>
  </math>
);

/** v, the argument of erf in equation (3), with the bias b in units of sqrt(2) s, s the deviation of the noise. */
export const Potential = () => (
  <math display="block" aria-label="v is beta times w dot z plus b, over the norm of w">
    <mrow>
      <mi>v</mi>
      <mo>=</mo>
      <mfrac>
        <mrow>
          <mi>β</mi>
          <mi>w</mi>
          <mo>·</mo>
          <mi>z</mi>
          <mo>+</mo>
          <mi>b</mi>
        </mrow>
        <mrow>
          <mo>‖</mo>
          <mi>w</mi>
          <mo>‖</mo>
        </mrow>
      </mfrac>
    </mrow>
  </math>
);

/** Mutual information of the class and the noise. */
export const MutualInformation = () => (
  <math
    display="block"
    aria-label="I equals the entropy of the mean probabilities minus the mean entropy of the passes"
  >
    <mrow>
      <mi>I</mi>
      <mo>=</mo>
      <mi>H</mi>
      <Of>
        <Mean>
          <mi>p</mi>
        </Mean>
      </Of>
      <mo>−</mo>
      <Mean>
        <mi>H</mi>
        <Of>
          <mi>p</mi>
        </Of>
      </Mean>
    </mrow>
  </math>
);
