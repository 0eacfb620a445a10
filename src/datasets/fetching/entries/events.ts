/** Recordings of event cameras. */

import type { DatasetEntry } from "../entry.ts";

const mendeley = "https://data.mendeley.com/public-files/datasets/468j46mzdv/files";

/** Train/LABEL/NNNNN.bin and Test/LABEL/NNNNN.bin, numbered as MNIST's images. */
export const nmnistEntry: DatasetEntry = {
  name: "nmnist",
  network: "nmnist-cnn",
  title: "N-MNIST",
  task: "classification of handwritten digits before an event camera",
  classes: 10,
  train: 60_000,
  test: 10_000,
  mirrors: [],
  files: [
    {
      name: "Train.zip",
      sha256: "1a54ee392a5e5082a0bef52911cd9211f63b950a4905ccd8890553804d3335f9",
      md5: "20959b8e626244a1b502305a9e6e2031",
      url: `${mendeley}/39c25547-014b-4137-a934-9d29fa53c7a0/file_downloaded`,
      unpack: {
        entries: /^Train\/(\d)\/(\d{5})\.bin$/,
        to: "Train/$1/$2.bin",
        count: 60_000,
        mostBytes: 3e9,
      },
    },
    {
      name: "Test.zip",
      sha256: "6ecfd5d85dbb49a631961d8dc3101871c5be53e645004ee34064f6557d169f09",
      md5: "69ca8762b2fe404d9b9bad1103e97832",
      url: `${mendeley}/05a4d654-7e03-4c15-bdfa-9bb2bcbea494/file_downloaded`,
      unpack: {
        entries: /^Test\/(\d)\/(\d{5})\.bin$/,
        to: "Test/$1/$2.bin",
        count: 10_000,
        mostBytes: 6e8,
      },
    },
  ],
  licence: "CC BY-SA 4.0",
  authors: "Garrick Orchard, Ajinkya Jayawant, Gregory Cohen, Nitish Thakor",
  citation:
    "G. Orchard, A. Jayawant, G. K. Cohen, N. Thakor, Converting static image datasets to spiking neuromorphic datasets using saccades, Frontiers in Neuroscience 9, 437, 2015",
};

/** Recordings of 29 people, 23 of them to train on; the counts are of gestures, of which a recording has several. */
export const dvsGestureEntry: DatasetEntry = {
  name: "dvs-gesture",
  network: "dvs-gesture-allconv",
  title: "DVS Gesture",
  task: "classification of gestures before an event camera",
  classes: 11,
  classNames: [
    "hand clapping",
    "right hand wave",
    "left hand wave",
    "right arm clockwise",
    "right arm counter clockwise",
    "left arm clockwise",
    "left arm counter clockwise",
    "arm roll",
    "air drums",
    "air guitar",
    "other gestures",
  ],
  train: 1_176,
  test: 288,
  mirrors: [],
  byHand: "https://research.ibm.com/interactive/dvsgesture/",
  files: [
    {
      name: "DvsGesture.tar.gz",
      md5: "8a5c71fb11e24e5ca5b11866ca6c00a1",
      unpack: {
        entries:
          /^DvsGesture\/(user\d\d_\w+\.(?:aedat|csv)|trials_to_(?:train|test)\.txt|gesture_mapping\.csv)$/,
        to: "$1",
        mostBytes: 8e9,
      },
    },
  ],
  licence: "CC BY 4.0",
  authors: "Arnon Amir, Brian Taba, David Berg and others (IBM Research)",
  citation:
    "A. Amir, B. Taba, D. Berg, T. Melano, J. McKinstry and others, A low power, fully event-based gesture recognition system, IEEE Conference on Computer Vision and Pattern Recognition, 7243-7252, 2017",
};
