// SPDX-License-Identifier: Apache-2.0
module countersign.test/peers/distribution

go 1.26.0

require github.com/distribution/distribution/v3 v3.1.2
