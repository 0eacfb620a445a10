/** The network of the user, and the way back to that of the page. */
import { chooseNetwork } from "../../shared/chosen-model.ts";
import { focusContent } from "../../shared/focus-content.ts";
import { givenModel } from "../../shared/given-model.ts";

export const GivenNetwork = () => {
  const given = givenModel.value;
  return (
    <div class="panel given-network">
      <p>{given ? `${given.file}: ${given.model.network.name}` : "A network from a file."}</p>
      <button
        type="button"
        onClick={() => {
          chooseNetwork("page");
          focusContent();
        }}
      >
        Back to the page's network
      </button>
    </div>
  );
};
