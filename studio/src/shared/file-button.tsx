/** A button that opens the browser's choice of files. */
import { chosenFiles, type GivenFile } from "./given-files.ts";
import "./file-button.css";

interface FileButtonProps {
  readonly label: string;
  /** Goes on with the label, for those who do not see what the button stands beside. */
  readonly description?: string;
  /** Chooses a folder instead of files. */
  readonly isFolder?: boolean;
  /** Chooses one file only. */
  readonly single?: boolean;
  readonly disabled?: boolean;
  readonly onFiles: (files: readonly GivenFile[]) => void;
}

export const FileButton = ({
  label,
  description,
  isFolder = false,
  single = false,
  disabled = false,
  onFiles,
}: FileButtonProps) => (
  <label class="button file" data-disabled={disabled}>
    {label}
    {description && <span class="hidden-text"> {description}</span>}
    <input
      type="file"
      multiple={!single}
      disabled={disabled}
      {...(isFolder && { webkitdirectory: true })}
      onChange={({ currentTarget }) => {
        const files = chosenFiles(currentTarget);
        currentTarget.value = "";
        if (files.length > 0) onFiles(files);
      }}
    />
  </label>
);
