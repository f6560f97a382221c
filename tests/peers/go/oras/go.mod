// SPDX-License-Identifier: Apache-2.0
module countersign.test/peers/oras

go 1.26.7

require oras.land/oras v1.3.6
