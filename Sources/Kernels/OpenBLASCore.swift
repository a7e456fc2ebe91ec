internal import COpenBLAS
internal import Foundation

/// Prepares OpenBLAS once, before its first product.
///
/// OpenBLAS runs on the calling thread alone: the parallelism is ours, over images. And a release
/// that is older than the processor falls back to kernels of 2004 ("Prescott") on a model number
/// it does not know, which is five times slower than what the processor can do, or leaves AVX-512
/// unused; then it is told which of its cores fits. Whoever sets OPENBLAS_CORETYPE is left alone.
let openBLASIsReady: Void = {
  runOpenBLASOnItsCaller()
  if getenv("OPENBLAS_CORETYPE") == nil, let better = betterOpenBLASCore() {
    reselectOpenBLASCore(better)
    runOpenBLASOnItsCaller()
  }
}()

private func runOpenBLASOnItsCaller() {
  // Naming a number, even the same, starts threads that were dismissed.
  if openblas_get_num_threads() != 1 { openblas_set_num_threads(1) }
}

/// Ends the threads that OpenBLAS starts as it is loaded, one for each processor but one.
///
/// They look out for work for a tenth of a second, and on two processors that is half of the machine
/// while a program begins. Nothing here ever gives them work. To be called once as a program begins,
/// and only by a program: whoever uses this library and has OpenBLAS work for himself may need them.
public func dismissOpenBLASThreads() {
  runOpenBLASOnItsCaller()
  // OpenBLAS ends them so itself before a fork; a build without threads does not have the function.
  guard let shutDown = dlsym(nil, "blas_thread_shutdown_") else { return }
  typealias Function = @convention(c) () -> CInt
  _ = unsafeBitCast(shutDown, to: Function.self)()
}

/// The core whose kernels OpenBLAS uses, such as "SkylakeX".
public var openBLASCore: String {
  _ = openBLASIsReady
  return String(cString: openblas_get_corename())
}

/// The core to use in place of the chosen one, nil where that uses all that the processor has.
private func betterOpenBLASCore() -> String? {
  let chosen = String(cString: openblas_get_corename())
  let flags = processorFlags()
  if flags.isSuperset(of: ["avx512f", "avx512dq", "avx512bw", "avx512vl"]) {
    // "Haswell" and "Zen" have kernels of half the width.
    return coresWithAVX512.contains(chosen) ? nil : "SkylakeX"
  }
  let isOld = coresWithoutAVX2.contains(chosen)
  return isOld && flags.isSuperset(of: ["avx2", "fma"]) ? "Haswell" : nil
}

private let coresWithAVX512: Set = ["SkylakeX", "Cooperlake", "Sapphirerapids"]
private let coresWithoutAVX2: Set = [
  "Prescott", "Core2", "Penryn", "Dunnington", "Nehalem", "Sandybridge", "Atom", "Nano", "Generic",
]

/// The instruction sets of the first processor; empty where the system does not tell.
private func processorFlags() -> Set<Substring> {
  guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8),
    let line = text.split(separator: "\n").first(where: { $0.hasPrefix("flags") })
  else { return [] }
  return Set(line.split(separator: " "))
}

/// Lets OpenBLAS choose again, by the variable it documents for that. The two functions are
/// looked up by name, for a build for one processor alone does not have them.
private func reselectOpenBLASCore(_ core: String) {
  guard let quit = dlsym(nil, "gotoblas_dynamic_quit"),
    let initialise = dlsym(nil, "gotoblas_dynamic_init")
  else { return }
  typealias Function = @convention(c) () -> Void
  setenv("OPENBLAS_CORETYPE", core, 1)
  unsafeBitCast(quit, to: Function.self)()
  unsafeBitCast(initialise, to: Function.self)()
}
