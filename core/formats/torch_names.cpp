// SPDX-License-Identifier: GPL-3.0-or-later
#include "formats/torch_names.h"

namespace crucible::formats {
namespace {

constexpr TorchName kNames[] = {
    {"collections", "OrderedDict", TorchMeaning::OrderedDict},
    {"torch._utils", "_rebuild_tensor_v2", TorchMeaning::RebuildTensor},
    {"torch._utils", "_rebuild_tensor_v3", TorchMeaning::RebuildTensor3},
    {"torch._utils", "_rebuild_parameter", TorchMeaning::RebuildParameter},
    {"torch._tensor", "_rebuild_from_type_v2", TorchMeaning::RebuildFromType},
    {"torch", "Size", TorchMeaning::Size},
    {"torch", "DoubleStorage", TorchMeaning::Storage, DType::F64},
    {"torch", "FloatStorage", TorchMeaning::Storage, DType::F32},
    {"torch", "HalfStorage", TorchMeaning::Storage, DType::F16},
    {"torch", "BFloat16Storage", TorchMeaning::Storage, DType::BF16},
    {"torch", "LongStorage", TorchMeaning::Storage, DType::I64},
    {"torch", "IntStorage", TorchMeaning::Storage, DType::I32},
    {"torch", "ShortStorage", TorchMeaning::Storage, DType::I16},
    {"torch", "CharStorage", TorchMeaning::Storage, DType::I8},
    {"torch", "ByteStorage", TorchMeaning::Storage, DType::U8},
    {"torch", "BoolStorage", TorchMeaning::Storage, DType::Bool},
    {"torch", "UntypedStorage", TorchMeaning::UntypedStorage},
    {"torch.storage", "UntypedStorage", TorchMeaning::UntypedStorage},
    {"torch", "device", TorchMeaning::Inert},
    {"torch", "Tensor", TorchMeaning::Inert},
    {"torch.nn.parameter", "Parameter", TorchMeaning::Inert},
};

} // namespace

std::optional<TorchName> findTorchName(std::string_view module, std::string_view name)
{
    for (const TorchName& known : kNames) {
        if (known.module == module && known.name == name)
            return known;
    }
    for (const DType dtype : kAllDTypes) {
        if (module == "torch" && torchName(dtype) == name)
            return TorchName{"torch", torchName(dtype), TorchMeaning::ElementType, dtype};
    }
    return std::nullopt;
}

std::optional<TorchName> storageName(DType dtype)
{
    for (const TorchName& known : kNames) {
        if (known.meaning == TorchMeaning::Storage && known.dtype == dtype)
            return known;
    }
    return std::nullopt;
}

} // namespace crucible::formats
