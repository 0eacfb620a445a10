/** Entries of the registry of data sets: where to fetch one, how to check it, and its licence. */

/** Files taken out of an archive, and their names; nothing else of it reaches the disk. */
export interface Unpacking {
  /** Matches the whole path, in the archive, of each wanted file. */
  readonly entries: RegExp;
  /** Its path below the data set's folder, with $1, $2.. for the groups of `entries`. */
  readonly to: string;
  /** Number of these files, where it is known. */
  readonly count?: number;
  /** Most bytes of all of them together. */
  readonly mostBytes: number;
}

/** A file as its publishers serve it. */
export interface PublishedFile {
  readonly name: string;
  /** Its size, where it is known; else the server's word is taken. */
  readonly bytes?: number;
  /** Checksum of the file as served, in hex. */
  readonly sha256?: string;
  /** MD5 of the same, where its publisher states no other checksum. */
  readonly md5?: string;
  /** SHA-256 of the decompressed contents, hex. */
  readonly contentSha256?: string;
  /** URL, if it is not under its name at the entry's mirrors. */
  readonly url?: string;
  /** For an archive, which is removed once it is unpacked. */
  readonly unpack?: Unpacking;
}

export interface DatasetEntry {
  /** Name in commands, and of its folder in the cache. */
  readonly name: string;
  readonly title: string;
  /** The network to train on it. */
  readonly network: string;
  readonly task: string;
  readonly classes: number;
  /** [classes], where they are no digits. */
  readonly classNames?: readonly string[];
  /** Images, or recordings, to train on and to test with. */
  readonly train: number;
  readonly test: number;
  /** Base URLs, tried in this order. */
  readonly mirrors: readonly string[];
  readonly files: readonly PublishedFile[];
  /** Folder of a package of the operating system, whose files may be recompressed. */
  readonly packaged?: string;
  /** The page to get the files from by hand, where no program can. */
  readonly byHand?: string;
  readonly licence: string;
  readonly authors: string;
  readonly citation: string;
}
