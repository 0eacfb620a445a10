/** What the registry knows of a data set: enough to fetch it, to check it, and to say whose it is. */

/** What is taken out of an archive, and under which names: nothing else of it reaches the disk. */
export interface Unpacking {
  /** Matches the whole path, in the archive, of each wanted file. */
  readonly entries: RegExp;
  /** Its path below the data set's folder, with $1, $2.. for the groups of `entries`. */
  readonly to: string;
  /** How many files that makes, where it is known. */
  readonly count?: number;
  /** All of them together have at most so many bytes. */
  readonly mostBytes: number;
}

/** A file as its publishers serve it. */
export interface PublishedFile {
  readonly name: string;
  /** Its size, where it is known; else the server's word is taken. */
  readonly bytes?: number;
  /** Of the file as served, hex. */
  readonly sha256?: string;
  /** The same by MD5, where that is all that its publisher tells. */
  readonly md5?: string;
  /** SHA-256 of the decompressed contents, hex. */
  readonly contentSha256?: string;
  /** Where it is, if not under its name at the entry's mirrors. */
  readonly url?: string;
  /** For an archive, which is removed once it is unpacked. */
  readonly unpack?: Unpacking;
}

export interface DatasetEntry {
  /** What commands call it; also its folder in the cache. */
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
  /** Where a package of the operating system puts its files, maybe compressed anew. */
  readonly packaged?: string;
  /** The page to get the files from by hand, where no program can. */
  readonly byHand?: string;
  readonly licence: string;
  readonly authors: string;
  readonly citation: string;
}
