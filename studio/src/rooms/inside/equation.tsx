/** Equation (3) with the numbers of one unit, and what follows from it. */
import type { ExplainedUnit, NoisySum, PlainSum } from "neural-sampling/web";
import { Of } from "../../shared/equations.tsx";
import { numberText } from "./numbers.ts";

const N = ({ value }: { readonly value: number }) => {
  const text = numberText(value);
  return text.startsWith("−") ? (
    <mrow>
      <mo>−</mo>
      <mn>{text.slice(1)}</mn>
    </mrow>
  ) : (
    <mn>{text}</mn>
  );
};

/** A number after a plus sign. */
const Plus = ({ value }: { readonly value: number }) => (
  <>
    <mo>{value < 0 ? "−" : "+"}</mo>
    <mn>{numberText(Math.abs(value))}</mn>
  </>
);

const Sub = ({ of, by }: { readonly of: string; readonly by: string }) => (
  <msub>
    <mi>{of}</mi>
    <mrow>
      {[...by].map((letter) => (
        <mi key={letter}>{letter}</mi>
      ))}
    </mrow>
  </msub>
);

/** sum_j w_ij z_j */
const Sum = () => (
  <>
    <munder>
      <mo>∑</mo>
      <mi>j</mi>
    </munder>
    <Sub of="w" by="ij" />
    <Sub of="z" by="j" />
  </>
);

/** b_i / (sqrt(2) s) in symbols. */
const Shift = () => (
  <mfrac>
    <Sub of="b" by="i" />
    <mrow>
      <msqrt>
        <mn>2</mn>
      </msqrt>
      <mi>s</mi>
    </mrow>
  </mfrac>
);

const Norm = () => (
  <mrow>
    <mo>‖</mo>
    <Sub of="w" by="i" />
    <mo>‖</mo>
  </mrow>
);

/** Equation (3) in symbols. */
const PotentialInSymbols = () => (
  <math display="block">
    <Sub of="v" by="i" />
    <mo>=</mo>
    <mfrac>
      <mrow>
        <Sub of="β" by="i" />
        <Sum />
        <mo>+</mo>
        <Shift />
      </mrow>
      <Norm />
    </mfrac>
  </math>
);

const PotentialInNumbers = ({ gain, drive, bias, deviation, norm, potential }: NoisySum) => (
  <math display="block">
    <Sub of="v" by="i" />
    <mo>=</mo>
    <mfrac>
      <mrow>
        <N value={gain} />
        <mo>×</mo>
        <N value={drive} />
        <Plus value={bias / (Math.SQRT2 * deviation)} />
      </mrow>
      <N value={norm} />
    </mfrac>
    <mo>=</mo>
    <N value={potential} />
  </math>
);

const Plain = ({ scale, drive, offset, potential }: PlainSum) => {
  const isScaled = scale !== 1;
  return (
    <>
      <math display="block">
        {isScaled && <Sub of="a" by="i" />}
        <Sum />
        <mo>+</mo>
        <Sub of={isScaled ? "c" : "b"} by="i" />
      </math>
      <math display="block">
        <mo>=</mo>
        {isScaled && (
          <>
            <N value={scale} />
            <mo>×</mo>
          </>
        )}
        <N value={drive} />
        <Plus value={offset} />
        <mo>=</mo>
        <N value={potential} />
      </math>
      {isScaled && (
        <p class="hint">
          <var>aᵢ</var> and <var>cᵢ</var>: factor and summand of the normalization.
        </p>
      )}
    </>
  );
};

/** The terms of the equation by name. */
const Terms = ({ gain, drive, bias, deviation, norm }: NoisySum) => (
  <dl class="terms">
    {(
      [
        ["βᵢ", "gain", gain],
        ["∑ wᵢⱼ zⱼ", "weighted sum of the inputs", drive],
        ["bᵢ", "bias", bias],
        ["s", "standard deviation of the noise of a synapse", deviation],
        ["‖wᵢ‖", "norm of the weights: what the noise divides by", norm],
      ] as const
    ).map(([symbol, name, value]) => (
      <div key={symbol}>
        <dt>
          <var>{symbol}</var> {name}
        </dt>
        <dd class="number">{numberText(value)}</dd>
      </div>
    ))}
  </dl>
);

const Window = ({ explained, part }: { readonly explained: ExplainedUnit; readonly part: number }) => {
  const silent = explained.units.map(({ potential }, k) => ({ potential, k }));
  if (silent.length === 1) return null;
  return (
    <p class="hint">
      That is unit {part + 1} of the window. The window fires if any of its {silent.length} units does:
      <math display="block">
        <mi>E</mi>
        <Of>
          <mi>z</mi>
        </Of>
        <mo>=</mo>
        <mn>1</mn>
        <mo>−</mo>
        <mn>2</mn>
        <munder>
          <mo>∏</mo>
          <mi>k</mi>
        </munder>
        <mfrac>
          <mrow>
            <mn>1</mn>
            <mo>−</mo>
            <mi>erf</mi>
            <Of>
              <Sub of="v" by="k" />
            </Of>
          </mrow>
          <mn>2</mn>
        </mfrac>
        <mo>=</mo>
        <N value={explained.draw!.mean} />
      </math>
    </p>
  );
};

const Draw = ({ draw, isWindow }: { draw: NonNullable<ExplainedUnit["draw"]>; isWindow: boolean }) => {
  const fires = draw.spike > 0;
  return (
    <>
      {!isWindow && (
        <math display="block">
          <mi>E</mi>
          <Of>
            <mi>z</mi>
          </Of>
          <mo>=</mo>
          <mi>erf</mi>
          <Of>
            <Sub of="v" by="i" />
          </Of>
          <mo>=</mo>
          <N value={draw.mean} />
        </math>
      )}
      <p>
        So it fires with probability <strong class="number">{numberText((1 + draw.mean) / 2)}</strong>. The
        noise of this pass drew u = <span class="number">{numberText(draw.uniform)}</span>: E(z) is{" "}
        {fires ? "above" : "not above"} it, and the unit <strong>{fires ? "fires" : "is silent"}</strong>,{" "}
        <span class="nowrap">z = {fires ? "+1" : "−1"}</span>.
      </p>
    </>
  );
};

interface EquationProps {
  readonly explained: ExplainedUnit;
  /** Which unit of a window is put in. */
  readonly part: number;
}

export const Equation = ({ explained, part }: EquationProps) => {
  const sum = explained.units[part]!;
  if (sum.type === "plain") return <Plain {...sum} />;
  return (
    <>
      <PotentialInSymbols />
      <PotentialInNumbers {...sum} />
      <Terms {...sum} />
      <Window {...{ explained, part }} />
      {explained.draw && <Draw draw={explained.draw} isWindow={explained.units.length > 1} />}
    </>
  );
};
