"""Tests of what is said of measurements; `python3 -m unittest` in this folder, no package needed."""

import unittest

import measure
import page


class RatioTests(unittest.TestCase):
    def test_pairs_of_one_round_are_compared(self):
        # The machine was half as fast in the second round, for both.
        found = measure.ratio([400.0, 200.0, 410.0], [200.0, 100.0, 200.0])
        self.assertEqual(found, {"median": 2.0, "least": 2.0, "most": 2.05})

    def test_seconds_are_better_when_fewer(self):
        self.assertEqual(measure.ratio([1.0], [6.0], smaller_is_better=True)["median"], 6.0)

    def test_a_missing_round_is_no_ratio(self):
        with self.assertRaises(ValueError):
            measure.ratio([1.0, 2.0], [1.0])
        with self.assertRaises(ValueError):
            measure.ratio([], [])


class GoalTests(unittest.TestCase):
    def test_a_goal_is_met_from_its_very_figure_on(self):
        self.assertEqual(page.met("step-128-fp32", 3.0, 2.3, 3.0), "aim reached")
        self.assertEqual(page.met("step-128-fp32", 2.3, 2.3, 3.0), "reached")
        self.assertEqual(page.met("step-128-fp32", 2.29, 2.3, 3.0), "**not reached**")

    def test_of_memory_less_is_better(self):
        self.assertEqual(page.met("memory", 0.39, 0.7, 0.4), "aim reached")
        self.assertEqual(page.met("memory", 0.7, 0.7, 0.4), "reached")
        self.assertEqual(page.met("memory", 0.71, 0.7, 0.4), "**not reached**")

    def test_a_figure_that_is_none_meets_nothing(self):
        self.assertEqual(page.met("memory", float("nan"), 0.7, 0.4), "**not reached**")
        self.assertEqual(page.met("infer-8-fp32", 9.0, None, None), "no goal")


class TableTests(unittest.TestCase):
    def row(self, ours, theirs, others=0.0):
        return {
            "ours": measure.summary([ours]), "theirs": measure.summary([theirs]),
            "ratio": measure.ratio([ours], [theirs]), "against": "fp32-contiguous",
            "load": 0.5, "others": others,
        }  # fmt: skip

    def test_a_line_tells_both_figures_and_the_ratio(self):
        table = page.ratio_table({"step-128-fp32": self.row(600.0, 250.0)})
        self.assertEqual(
            table.split("\n")[2:],
            [
                "| training step at 128, against fp32 | 600.0 images/s | 250.0 images/s "
                "| fp32-contiguous | 2.40x (2.40 to 2.40) | 2.3x, 3x | reached |"
            ],
        )

    def test_explanations_are_told_in_seconds(self):
        row = self.row(0.25, 2.0) | {"ratio": measure.ratio([0.25], [2.0], smaller_is_better=True)}
        line = page.ratio_table({"explain-itself": row}).split("\n")[2]
        self.assertIn("| 0.250 s | 2.000 s | fp32-contiguous | 8.00x (8.00 to 8.00) |", line)
        self.assertIn("| 5x, 10x | reached |", line)

    def test_how_lime_ran_is_told(self):
        notes = page.explanation_notes(
            {
                "agreement": {
                    "version": "0.2.0.1, 2.13.0", "probability": 2e-6, "rank_correlation": 0.956,
                },
                "heats": {"fp32-contiguous@10": 1801.4},
            }
        )  # fmt: skip
        self.assertIn("lime 0.2.0.1, PyTorch 2.13.0.", notes)
        self.assertIn("differed by 2e-06", notes)
        self.assertIn("correlated by 0.96", notes)
        self.assertIn("| fp32-contiguous, 10 | 1801 |", notes)

    def test_load_is_told(self):
        part = {
            "rows": {"a": self.row(1, 1), "b": self.row(1, 1, others=1.5)}, "date": "2026-01-31",
            "machine": {"cpu": "C", "cores": 2, "threads": 2}, "command": "make", "quick": False,
        }  # fmt: skip
        self.assertIn("Measured under load", page.origin(part))
        part["rows"]["b"]["others"] = 0.05
        self.assertNotIn("load", page.origin(part))

    def test_layers_and_rest_add_up_to_the_step(self):
        found = {"step/vgg10/128": {"milliseconds": 100.0, "gflops": 300.0, "share_of_peak": 1.5}}
        for _, forward, backward, _ in page.layer_rows():
            for name in forward + backward:
                found[name] = {"milliseconds": 1.0, "gflops": 200.0, "share_of_peak": 1.0}
        # 8 convolutions of 3 passes but for the first's, 8 norms and 4 pools of 2 each.
        self.assertIn("| 53.0 ms | | 53 % |", page.layer_table(found))


class MarkerTests(unittest.TestCase):
    text = "a\n<!-- begin x -->\nold\n<!-- end x -->\nb\n"

    def test_only_what_is_between_them_changes(self):
        self.assertEqual(
            page.replace(self.text, "x", "new"), "a\n<!-- begin x -->\nnew\n<!-- end x -->\nb\n"
        )

    def test_a_page_without_them_is_refused(self):
        for text in ("", self.text * 2, "<!-- end x --><!-- begin x -->"):
            with self.assertRaises(ValueError):
                page.replace(text, "x", "new")


if __name__ == "__main__":
    unittest.main()
