import { initialParameters, mnistCnn, openPredictor, parametersOf } from "neural-sampling/web";

const show = async () => {
  const network = mnistCnn();
  const model = { network, parameters: initialParameters(parametersOf(network), 1) };
  const predictor = await openPredictor(model, { passes: 10 });
  const { label, probabilities } = await predictor.predict(new Uint8Array(28 * 28));
  const sum = probabilities.reduce((a, b) => a + b).toFixed(3);
  document.querySelector("output").textContent = `label ${label}, probabilities of sum ${sum}`;
};
show();
