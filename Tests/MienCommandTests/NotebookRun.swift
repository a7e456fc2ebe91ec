/// Runs a notebook and prints how many pictures it has; fails where one of its cells does, or warns.
let notebookRun = """
  import os, sys, nbformat
  from nbconvert.preprocessors import ExecutePreprocessor

  book = nbformat.read(sys.argv[1], as_version=nbformat.NO_CONVERT)
  nbformat.validate(book)
  assert (book.nbformat, book.nbformat_minor) == (4, 5)
  place = {"metadata": {"path": os.path.dirname(sys.argv[1])}}
  ExecutePreprocessor(timeout=300, kernel_name="python3").preprocess(book, place)
  outputs = [output for cell in book.cells for output in cell.get("outputs", [])]
  warnings = [output.text for output in outputs if output.get("name") == "stderr"]
  assert not warnings, warnings
  print(sum("image/png" in output.get("data", {}) for output in outputs), "pictures")
  """
