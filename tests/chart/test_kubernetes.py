# SPDX-License-Identifier: Apache-2.0
"""Versions of Kubernetes: from the oldest that docs/install.md names, every minor renders, and renders the same."""
import re

from chart import LEAST, ROOT, ChartTest, merged, template
from test_pods import EVERYTHING

OLDEST, NEWEST = 28, 37  # the newest is the peer's


class Kubernetes(ChartTest):
    def test_every_minor_renders_the_same(self):
        whole = self.render(EVERYTHING).text
        clouds = [f"v1.{OLDEST}.0-eks-a1b2c3", f"v1.{OLDEST}.0-gke.100"]
        for version in [f"1.{minor}.0" for minor in range(OLDEST, NEWEST + 1)] + clouds:
            with self.subTest(version=version):
                done = template(merged(LEAST, EVERYTHING), kubernetes=version)
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(done.stdout, whole)

    def test_older_ones_are_refused(self):
        for version in ("1.20.0", f"v1.{OLDEST - 1}.16"):
            with self.subTest(version=version):
                done = template(LEAST, kubernetes=version)
                self.assertNotEqual(done.returncode, 0)
                self.assertIn("chart requires kubeVersion", done.stderr)

    def test_the_page_says_so(self):
        said = re.search(r"^\| Kubernetes \| 1\.(\d+) or later \|$", (ROOT / "docs/install.md").read_text(), re.MULTILINE)
        self.assertEqual(int(said[1]), OLDEST)
        declared = re.search(r'^kubeVersion: ">=1\.(\d+)\.0-0"$', (ROOT / "charts/countersign/Chart.yaml").read_text(), re.MULTILINE)
        self.assertEqual(int(declared[1]), OLDEST)
