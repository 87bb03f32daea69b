// SPDX-License-Identifier: Apache-2.0
//
// entry.js: the parts of d3-hierarchy that the page uses; the bundle holds these and what they need.
export {hierarchy, treemap, partition, treemapSquarify} from "d3-hierarchy";
