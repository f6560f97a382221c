// SPDX-License-Identifier: Apache-2.0
module countersign.test/peers/notation

go 1.26.0

require github.com/notaryproject/notation v1.3.2
