/** MNIST and the sets that were made to take its place: four IDX files each. */

import type { DatasetEntry } from "../entry.ts";

/** The four files are those whose MD5 sums are published: f68b3c2d.., d53e105e.., 9fb629c4.., ec29112d... */
export const mnistEntry: DatasetEntry = {
  name: "mnist",
  network: "mnist-cnn",
  title: "MNIST",
  task: "classification of handwritten digits",
  classes: 10,
  train: 60_000,
  test: 10_000,
  mirrors: [
    "https://ossci-datasets.s3.amazonaws.com/mnist/",
    "https://storage.googleapis.com/cvdf-datasets/mnist/",
  ],
  files: [
    {
      name: "train-images-idx3-ubyte.gz",
      bytes: 9_912_422,
      sha256: "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
      contentSha256: "ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    },
    {
      name: "train-labels-idx1-ubyte.gz",
      bytes: 28_881,
      sha256: "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
      contentSha256: "65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    },
    {
      name: "t10k-images-idx3-ubyte.gz",
      bytes: 1_648_877,
      sha256: "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
      contentSha256: "0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    },
    {
      name: "t10k-labels-idx1-ubyte.gz",
      bytes: 4_542,
      sha256: "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
      contentSha256: "ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
    },
  ],
  licence: "CC BY-SA 3.0",
  authors: "Yann LeCun, Corinna Cortes, Christopher J. C. Burges",
  citation:
    "Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, Gradient-based learning applied to document recognition, Proceedings of the IEEE 86(11), 2278-2324, 1998",
};

export const fashionMnistEntry: DatasetEntry = {
  name: "fashion-mnist",
  network: "mnist-cnn",
  title: "Fashion-MNIST",
  task: "classification of articles of clothing",
  classes: 10,
  classNames: [
    "T-shirt/top",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "ankle boot",
  ],
  train: 60_000,
  test: 10_000,
  mirrors: [
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
  ],
  // Debian's dataset-fashion-mnist.
  packaged: "/usr/share/datasets/fashion-mnist",
  files: [
    {
      name: "train-images-idx3-ubyte.gz",
      bytes: 26_421_880,
      sha256: "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
      contentSha256: "c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888",
    },
    {
      name: "train-labels-idx1-ubyte.gz",
      bytes: 29_515,
      sha256: "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
      contentSha256: "bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9",
    },
    {
      name: "t10k-images-idx3-ubyte.gz",
      bytes: 4_422_102,
      sha256: "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
      contentSha256: "5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b",
    },
    {
      name: "t10k-labels-idx1-ubyte.gz",
      bytes: 5_148,
      sha256: "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
      contentSha256: "0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34",
    },
  ],
  licence: "MIT",
  authors: "Han Xiao, Kashif Rasul, Roland Vollgraf (Zalando SE)",
  citation:
    "H. Xiao, K. Rasul, R. Vollgraf, Fashion-MNIST: a novel image dataset for benchmarking machine learning algorithms, arXiv:1708.07747, 2017",
};

export const kmnistEntry: DatasetEntry = {
  name: "kmnist",
  network: "mnist-cnn",
  title: "KMNIST",
  task: "classification of cursive Japanese characters",
  classes: 10,
  classNames: ["o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"],
  train: 60_000,
  test: 10_000,
  mirrors: [
    "https://codh.rois.ac.jp/kmnist/dataset/kmnist/",
    "http://codh.rois.ac.jp/kmnist/dataset/kmnist/",
  ],
  files: [
    {
      name: "train-images-idx3-ubyte.gz",
      bytes: 18_165_135,
      sha256: "51467d22d8cc72929e2a028a0428f2086b092bb31cfb79c69cc0a90ce135fde4",
    },
    {
      name: "train-labels-idx1-ubyte.gz",
      bytes: 29_497,
      sha256: "e38f9ebcd0f3ebcdec7fc8eabdcdaef93bb0df8ea12bee65224341c8183d8e17",
    },
    {
      name: "t10k-images-idx3-ubyte.gz",
      bytes: 3_041_136,
      sha256: "edd7a857845ad6bb1d0ba43fe7e794d164fe2dce499a1694695a792adfac43c5",
    },
    {
      name: "t10k-labels-idx1-ubyte.gz",
      bytes: 5_120,
      sha256: "20bb9a0ef54c7db3efc55a92eef5582c109615df22683c380526788f98e42a1c",
    },
  ],
  licence: "CC BY-SA 4.0",
  authors:
    "Tarin Clanuwat, Mikel Bober-Irizar, Asanobu Kitamoto, Alex Lamb, Kazuaki Yamamoto, David Ha (CODH)",
  citation:
    "T. Clanuwat, M. Bober-Irizar, A. Kitamoto, A. Lamb, K. Yamamoto, D. Ha, Deep learning for classical Japanese literature, arXiv:1812.01718, 2018",
};

/** One archive of six sets, of four IDX files each, and a table of the characters; the paper's is letters. */
export const emnistEntry: DatasetEntry = {
  name: "emnist",
  network: "emnist-cnn",
  title: "EMNIST letters",
  task: "classification of handwritten letters",
  classes: 26,
  train: 124_800,
  test: 20_800,
  mirrors: [
    "https://biometrics.nist.gov/cs_links/EMNIST/",
    "https://www.itl.nist.gov/iaui/vip/cs_links/EMNIST/",
  ],
  files: [
    {
      name: "gzip.zip",
      bytes: 561_753_746,
      sha256: "fb9bb67e33772a9cc0b895e4ecf36d2cf35be8b709693c3564cea2a019fcda8e",
      unpack: {
        entries:
          /^gzip\/(emnist-(letters|balanced|digits|mnist|byclass|bymerge)-(?:mapping\.txt|(?:train|test)-(?:images-idx3|labels-idx1)-ubyte\.gz))$/,
        to: "$2/$1",
        mostBytes: 700e6,
      },
    },
  ],
  licence: "none stated; made from NIST Special Database 19",
  authors: "Gregory Cohen, Saeed Afshar, Jonathan Tapson, André van Schaik",
  citation:
    "G. Cohen, S. Afshar, J. Tapson, A. van Schaik, EMNIST: extending MNIST to handwritten letters, International Joint Conference on Neural Networks, 2921-2926, 2017",
};
