<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>ChatTemplate</name>
    <message>
        <source>Alpaca and models tuned like it</source>
        <translation>Alpaca 及同类微调模型</translation>
    </message>
    <message>
        <source>ChatML: OpenHermes, Yi and many tuned models</source>
        <translation>ChatML：OpenHermes、Yi 及许多微调模型</translation>
    </message>
    <message>
        <source>DeepSeek V2.5, V3 and R1</source>
        <translation>DeepSeek V2.5、V3 和 R1</translation>
    </message>
    <message>
        <source>Gemma 1 to 3</source>
        <translation>Gemma 1 至 3</translation>
    </message>
    <message>
        <source>InternLM 2 and 2.5</source>
        <translation>InternLM 2 和 2.5</translation>
    </message>
    <message>
        <source>Llama 2 Chat</source>
        <translation>Llama 2 Chat</translation>
    </message>
    <message>
        <source>Llama 3 to 3.3 Instruct</source>
        <translation>Llama 3 至 3.3 Instruct</translation>
    </message>
    <message>
        <source>Mistral and Mixtral Instruct</source>
        <translation>Mistral 和 Mixtral Instruct</translation>
    </message>
    <message>
        <source>Phi-3 and Phi-3.5</source>
        <translation>Phi-3 和 Phi-3.5</translation>
    </message>
    <message>
        <source>Qwen 1.5 to 3</source>
        <translation>Qwen 1.5 至 3</translation>
    </message>
    <message>
        <source>Vicuna 1.1 and 1.5</source>
        <translation>Vicuna 1.1 和 1.5</translation>
    </message>
</context>
<context>
    <name>Error</name>
    <message>
        <source>Something went wrong inside Crucible</source>
        <translation>Crucible 内部出错</translation>
    </message>
    <message>
        <source>This can not work as asked</source>
        <translation>无法按要求执行</translation>
    </message>
    <message>
        <source>Something is missing</source>
        <translation>缺少所需内容</translation>
    </message>
    <message>
        <source>A file is damaged</source>
        <translation>文件已损坏</translation>
    </message>
    <message>
        <source>This is not supported</source>
        <translation>不支持</translation>
    </message>
    <message>
        <source>The system refused a file operation</source>
        <translation>系统拒绝了文件操作</translation>
    </message>
    <message>
        <source>Memory ran out</source>
        <translation>内存不足</translation>
    </message>
    <message>
        <source>Cancelled</source>
        <translation>已取消</translation>
    </message>
</context>
<context>
    <name>Job</name>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>%1 of %2 tensors</source>
        <translation>%1 / %2 个张量</translation>
    </message>
    <message>
        <source>%1 of %2 steps</source>
        <translation>%1 / %2 步</translation>
    </message>
    <message>
        <source>queued</source>
        <translation>排队中</translation>
    </message>
    <message>
        <source>starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>running</source>
        <translation>运行中</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>stopping</source>
        <translation>正在停止</translation>
    </message>
    <message>
        <source>done</source>
        <translation>已完成</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>ended by the system: out of memory</source>
        <translation>被系统终止：内存不足</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>已中断</translation>
    </message>
    <message>
        <source>merge</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>LoRA extraction</source>
        <translation>LoRA 提取</translation>
    </message>
    <message>
        <source>mixture of experts</source>
        <translation>混合专家（MoE）</translation>
    </message>
    <message>
        <source>conversion</source>
        <translation>格式转换</translation>
    </message>
    <message>
        <source>%1 left</source>
        <translation>剩余 %1</translation>
    </message>
    <message>
        <source>preparing</source>
        <translation>准备中</translation>
    </message>
    <message>
        <source>merging</source>
        <translation>合并中</translation>
    </message>
    <message>
        <source>extracting</source>
        <translation>提取中</translation>
    </message>
    <message>
        <source>converting</source>
        <translation>转换中</translation>
    </message>
    <message>
        <source>finishing</source>
        <translation>收尾中</translation>
    </message>
    <message>
        <source>base</source>
        <translation>基座</translation>
    </message>
    <message>
        <source>model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>adapter</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>adapter merge</source>
        <translation>合并适配器</translation>
    </message>
    <message>
        <source>text generation</source>
        <translation>文本生成</translation>
    </message>
    <message>
        <source>perplexity</source>
        <translation>困惑度</translation>
    </message>
    <message>
        <source>measuring</source>
        <translation>正在测量</translation>
    </message>
    <message>
        <source>requests</source>
        <translation>请求</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文本</translation>
    </message>
</context>
<context>
    <name>MergeMethod</name>
    <message>
        <source>Precision</source>
        <translation>精度</translation>
    </message>
    <message>
        <source>Arithmetic is float32, sums are double, and the result is rounded once when stored.</source>
        <translation>计算用 float32，求和用 double，只在写出时舍入一次。</translation>
    </message>
    <message>
        <source>Breadcrumbs without outliers</source>
        <translation>无离群值时的 Breadcrumbs</translation>
    </message>
    <message>
        <source>With gamma 0, or in a tensor so small that gamma removes no entry, the others stay.</source>
        <translation>gamma 为 0，或张量太小、gamma 一个元素也去不掉时，其余改动保留。</translation>
    </message>
    <message>
        <source>The whole change of that tensor is dropped.</source>
        <translation>该张量的改动全部丢弃。</translation>
    </message>
    <message>
        <source>Arcee Fusion and RAM+</source>
        <translation>Arcee Fusion 与 RAM+</translation>
    </message>
    <message>
        <source>The result has the recipe&apos;s dtype.</source>
        <translation>结果采用配方的数据类型。</translation>
    </message>
    <message>
        <source>The result is float32 unless the recipe has an out_dtype.</source>
        <translation>结果为 float32，除非配方指定了 out_dtype。</translation>
    </message>
    <message>
        <source>Models of weight 0</source>
        <translation>权重为 0 的模型</translation>
    </message>
    <message>
        <source>They take no part at all.</source>
        <translation>完全不参与。</translation>
    </message>
    <message>
        <source>Their infinities and NaNs spoil the result.</source>
        <translation>其中的无穷大和 NaN 会污染结果。</translation>
    </message>
    <message>
        <source>Arcee Fusion</source>
        <translation>Arcee Fusion</translation>
    </message>
    <message>
        <source>Takes over only the most important changes of another model. Nothing to choose but the two models.</source>
        <translation>只吸收另一个模型最重要的改动。除了两个模型，无须任何设置。</translation>
    </message>
    <message>
        <source>Breadcrumbs</source>
        <translation>Breadcrumbs</translation>
    </message>
    <message>
        <source>Keeps the middle of each model&apos;s changes: neither noise nor outliers.</source>
        <translation>只保留各模型改动中大小居中的部分，去掉噪声和离群值。</translation>
    </message>
    <message>
        <source>Breadcrumbs TIES</source>
        <translation>Breadcrumbs TIES</translation>
    </message>
    <message>
        <source>Keeps the middle of each model&apos;s changes and settles conflicts of sign by a vote.</source>
        <translation>只保留各模型改动中大小居中的部分，符号冲突由投票决定。</translation>
    </message>
    <message>
        <source>DARE linear</source>
        <translation>DARE 线性</translation>
    </message>
    <message>
        <source>Drops random changes of each model and enlarges the rest, so that several models interfere less.</source>
        <translation>随机丢弃各模型的部分改动并放大其余部分，减少模型之间的干扰。</translation>
    </message>
    <message>
        <source>DARE TIES</source>
        <translation>DARE TIES</translation>
    </message>
    <message>
        <source>Drops random changes of each model, enlarges the rest, and settles conflicts of sign by a vote.</source>
        <translation>随机丢弃各模型的部分改动并放大其余部分，符号冲突由投票决定。</translation>
    </message>
    <message>
        <source>DELLA</source>
        <translation>DELLA</translation>
    </message>
    <message>
        <source>Drops random changes, small ones more often than large ones, and settles conflicts of sign by a vote.</source>
        <translation>随机丢弃改动，越小越容易被丢弃，符号冲突由投票决定。</translation>
    </message>
    <message>
        <source>DELLA linear</source>
        <translation>DELLA 线性</translation>
    </message>
    <message>
        <source>Drops random changes, small ones more often than large ones, and adds up the rest.</source>
        <translation>随机丢弃改动，越小越容易被丢弃，其余部分相加。</translation>
    </message>
    <message>
        <source>Iterations</source>
        <translation>迭代次数</translation>
    </message>
    <message>
        <source>Stops after so many steps.</source>
        <translation>最多迭代这么多步。</translation>
    </message>
    <message>
        <source>Tolerance</source>
        <translation>容差</translation>
    </message>
    <message>
        <source>Stops when a step turns the mean by less than this angle, in radians.</source>
        <translation>某一步使均值转过的角度小于此值（弧度）时停止。</translation>
    </message>
    <message>
        <source>Karcher mean</source>
        <translation>Karcher 均值</translation>
    </message>
    <message>
        <source>The mean of two or more models on the sphere: like SLERP to the middle, for any number of models.</source>
        <translation>两个或更多模型在球面上的均值：相当于取 SLERP 的中点，但不限模型数量。</translation>
    </message>
    <message>
        <source>Weight</source>
        <translation>权重</translation>
    </message>
    <message>
        <source>How much this model counts.</source>
        <translation>该模型所占的分量。</translation>
    </message>
    <message>
        <source>Normalize weights</source>
        <translation>归一化权重</translation>
    </message>
    <message>
        <source>Divide the result by the sum of the weights.</source>
        <translation>结果除以权重之和。</translation>
    </message>
    <message>
        <source>Linear</source>
        <translation>线性</translation>
    </message>
    <message>
        <source>The weighted average of all models. Simple and robust for models fine-tuned from the same base.</source>
        <translation>所有模型的加权平均。对同一基座微调出的模型简单而稳健。</translation>
    </message>
    <message>
        <source>Row by row</source>
        <translation>逐行</translation>
    </message>
    <message>
        <source>Find the point for each row of a matrix instead of for the whole matrix.</source>
        <translation>为矩阵的每一行分别求解，而不是整个矩阵求一次。</translation>
    </message>
    <message>
        <source>Model Stock</source>
        <translation>Model Stock</translation>
    </message>
    <message>
        <source>Averages several fine-tuned models and pulls the average towards the base as far as the angles between them suggest. No weights to choose.</source>
        <translation>对多个微调模型取平均，再按它们之间的夹角将平均值拉向基座模型。无须设置权重。</translation>
    </message>
    <message>
        <source>How strongly this model pulls the result towards itself.</source>
        <translation>该模型把结果拉向自己的力度。</translation>
    </message>
    <message>
        <source>Divide the weights by their sum.</source>
        <translation>将各权重除以权重之和。</translation>
    </message>
    <message>
        <source>Epsilon</source>
        <translation>Epsilon</translation>
    </message>
    <message>
        <source>Keeps divisions by very small norms finite.</source>
        <translation>防止除以极小的范数时溢出。</translation>
    </message>
    <message>
        <source>Multi-SLERP</source>
        <translation>Multi-SLERP</translation>
    </message>
    <message>
        <source>SLERP for more than two models, with a weight for each. With a base model it interpolates the changes instead of the weights.</source>
        <translation>适用于两个以上模型的 SLERP，每个模型各有权重。指定基座模型时，插值的是改动而不是参数本身。</translation>
    </message>
    <message>
        <source>Distance</source>
        <translation>距离</translation>
    </message>
    <message>
        <source>Weights that differ by less are taken from the other model; others move towards it by about this much.</source>
        <translation>相差小于此值的参数直接取自另一个模型；其余参数向它移动大约这么多。</translation>
    </message>
    <message>
        <source>NearSwap</source>
        <translation>NearSwap</translation>
    </message>
    <message>
        <source>Takes weights of the other model where they are near the base model&apos;s, and moves the rest by a small step.</source>
        <translation>与基座模型相近的参数取自另一个模型，其余参数只移动一小步。</translation>
    </message>
    <message>
        <source>How far to turn towards this model, relative to the other one.</source>
        <translation>向该模型偏转多少，相对于另一个模型而言。</translation>
    </message>
    <message>
        <source>Whole tensors</source>
        <translation>整个张量</translation>
    </message>
    <message>
        <source>One angle for each tensor; otherwise one for each row.</source>
        <translation>每个张量一个夹角；否则每行一个。</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>按列</translation>
    </message>
    <message>
        <source>Without whole tensors: one angle for each column instead of each row.</source>
        <translation>不按整个张量时：每列一个夹角，而不是每行一个。</translation>
    </message>
    <message>
        <source>NuSLERP</source>
        <translation>NuSLERP</translation>
    </message>
    <message>
        <source>SLERP between two models by weights, optionally on what they changed in a base model, and for whole tensors, rows or columns.</source>
        <translation>按权重对两个模型做 SLERP；可作用于它们相对基座模型的改动，可按整个张量、行或列进行。</translation>
    </message>
    <message>
        <source>Scale</source>
        <translation>缩放</translation>
    </message>
    <message>
        <source>Multiplies the tensors; absent, they are copied bit for bit.</source>
        <translation>给张量乘上一个系数；不填则逐位复制。</translation>
    </message>
    <message>
        <source>Passthrough</source>
        <translation>Passthrough（直通）</translation>
    </message>
    <message>
        <source>Copies tensors of one model per slice. Stacks layers of several models into a deeper one, or converts a model to another dtype.</source>
        <translation>每个切片原样复制一个模型的张量。可将多个模型的层堆叠成更深的模型，或转换模型的数据类型。</translation>
    </message>
    <message>
        <source>RAM</source>
        <translation>RAM</translation>
    </message>
    <message>
        <source>Keeps a change in full where only one model made it, and averages where several did. Made for agents trained by reinforcement.</source>
        <translation>只有一个模型改动的地方完整保留，多个模型都改动的地方取平均。为强化学习训练的智能体模型而设计。</translation>
    </message>
    <message>
        <source>Strength</source>
        <translation>强度</translation>
    </message>
    <message>
        <source>How much a model&apos;s own changes are strengthened.</source>
        <translation>模型独有的改动放大多少。</translation>
    </message>
    <message>
        <source>Largest ratio</source>
        <translation>最大比值</translation>
    </message>
    <message>
        <source>Limit of the ratio of shared to own changes that counts.</source>
        <translation>共有改动与独有改动之比的上限。</translation>
    </message>
    <message>
        <source>RAM+ (tensor-local)</source>
        <translation>RAM+（逐张量）</translation>
    </message>
    <message>
        <source>RAM that strengthens what only one model changed, by how much its changes overlap with those of others in the tensor.</source>
        <translation>在 RAM 的基础上，按各张量内与其他模型改动的重叠程度，放大只有一个模型改动的部分。</translation>
    </message>
    <message>
        <source>Selected share</source>
        <translation>选取比例</translation>
    </message>
    <message>
        <source>Share of the changed weights that takes part: those on which the models differ most. 1 takes all.</source>
        <translation>参与合并的改动所占比例，优先选模型分歧最大的位置。1 表示全部参与。</translation>
    </message>
    <message>
        <source>8-bit mask</source>
        <translation>8 位掩码</translation>
    </message>
    <message>
        <source>Accepted for mergekit&apos;s recipes; masks never take memory here.</source>
        <translation>仅为兼容 mergekit 配方而接受；这里的掩码不占内存。</translation>
    </message>
    <message>
        <source>SCE</source>
        <translation>SCE</translation>
    </message>
    <message>
        <source>Selects where models differ most, weights each model by the size of its changes, and erases minority signs. No weights to choose.</source>
        <translation>选出模型分歧最大的位置，按改动大小给各模型加权，并去掉少数派符号。无须设置权重。</translation>
    </message>
    <message>
        <source>Interpolation</source>
        <translation>插值</translation>
    </message>
    <message>
        <source>0 gives the base model, 1 the other one, 0.5 the middle.</source>
        <translation>0 为基座模型，1 为另一个模型，0.5 为中点。</translation>
    </message>
    <message>
        <source>SLERP</source>
        <translation>SLERP</translation>
    </message>
    <message>
        <source>Turns from the base model to one other model along the arc between them, which keeps the size of the weights.</source>
        <translation>沿弧线从基座模型转向另一个模型，保持参数的模长。</translation>
    </message>
    <message>
        <source>Task arithmetic</source>
        <translation>任务算术</translation>
    </message>
    <message>
        <source>Adds what each model learned to the base model, with a weight; a negative weight makes it forget. The plainest of the methods with a base.</source>
        <translation>将各模型学到的内容加权加到基座模型上；负权重表示遗忘。是使用基座模型的方法中最简单的一种。</translation>
    </message>
    <message>
        <source>TIES</source>
        <translation>TIES</translation>
    </message>
    <message>
        <source>Keeps the largest changes of each model and settles conflicts of sign by a vote before averaging. A good first choice for several models of one base.</source>
        <translation>保留各模型最大的改动，先投票解决符号冲突再取平均。合并同一基座的多个模型时，不妨首选它。</translation>
    </message>
    <message>
        <source>Smallest change</source>
        <translation>最小改动</translation>
    </message>
    <message>
        <source>Weights that changed by no more than this count as unchanged.</source>
        <translation>改动不超过此值的参数视为未改动。</translation>
    </message>
    <message>
        <source>Factor of what this model adds to the base; negative takes it away.</source>
        <translation>该模型加到基座上的系数；负值表示减去。</translation>
    </message>
    <message>
        <source>Density</source>
        <translation>密度</translation>
    </message>
    <message>
        <source>Share of the changed weights that is kept; 1 keeps all.</source>
        <translation>保留的改动所占比例；1 表示全部保留。</translation>
    </message>
    <message>
        <source>Gamma</source>
        <translation>Gamma</translation>
    </message>
    <message>
        <source>Share of the largest changes that is left out as outliers.</source>
        <translation>作为离群值去掉的最大改动所占比例。</translation>
    </message>
    <message>
        <source>How far the chance of being kept rises and falls around the density, from the smallest change of a row to the largest.</source>
        <translation>保留概率围绕密度上下浮动的幅度：一行中改动最小处最低，最大处最高。</translation>
    </message>
    <message>
        <source>Lambda</source>
        <translation>Lambda</translation>
    </message>
    <message>
        <source>Factor of the combined change before it is added to the base.</source>
        <translation>合并后的改动加到基座之前所乘的系数。</translation>
    </message>
    <message>
        <source>Divide the combined change by the sum of the weights in it.</source>
        <translation>将合并后的改动除以其中的权重之和。</translation>
    </message>
    <message>
        <source>Rescale</source>
        <translation>重缩放</translation>
    </message>
    <message>
        <source>Enlarge what was kept until its absolute sum is that of all changes.</source>
        <translation>放大保留的部分，使其绝对值之和与全部改动相同。</translation>
    </message>
    <message>
        <source>Every operation is rounded to the recipe&apos;s dtype.</source>
        <translation>每一步运算都舍入到配方的 dtype。</translation>
    </message>
    <message>
        <source>One model twice in a slice</source>
        <translation>同一模型在一个切片中出现两次</translation>
    </message>
    <message>
        <source>Both layer ranges take part.</source>
        <translation>两段层范围都参与合并。</translation>
    </message>
    <message>
        <source>Only one of them does.</source>
        <translation>只有其中一段参与。</translation>
    </message>
    <message>
        <source>Equal magnitudes</source>
        <translation>幅值相等</translation>
    </message>
    <message>
        <source>At the edge of a density the first entries are kept.</source>
        <translation>在密度的边界处保留排在前面的元素。</translation>
    </message>
    <message>
        <source>Which are kept depends on the sorting routine.</source>
        <translation>保留哪些取决于排序程序。</translation>
    </message>
    <message>
        <source>Densities of almost nothing</source>
        <translation>密度接近零</translation>
    </message>
    <message>
        <source>At least one entry of a tensor stays.</source>
        <translation>每个张量至少保留一个元素。</translation>
    </message>
    <message>
        <source>A density that keeps no entry stops the merge.</source>
        <translation>一个元素都不保留的密度会使合并中止。</translation>
    </message>
    <message>
        <source>Random methods</source>
        <translation>随机方法</translation>
    </message>
    <message>
        <source>What is dropped depends on the seed, the tensor and the position. Kept with --mergekit-exact too.</source>
        <translation>丢弃哪些取决于种子、张量和位置。使用 --mergekit-exact 时也是如此。</translation>
    </message>
    <message>
        <source>It also depends on the order of the work, and without a seed changes from run to run.</source>
        <translation>还取决于执行顺序，不给种子时每次运行都不同。</translation>
    </message>
    <message>
        <source>Order of models</source>
        <translation>模型的顺序</translation>
    </message>
    <message>
        <source>The recipe&apos;s. Kept with --mergekit-exact too.</source>
        <translation>按配方的顺序。使用 --mergekit-exact 时也是如此。</translation>
    </message>
    <message>
        <source>Some methods add up in an order that changes from run to run.</source>
        <translation>有些方法的求和顺序每次运行都不同。</translation>
    </message>
    <message>
        <source>Threshold of Arcee Fusion</source>
        <translation>Arcee Fusion 的阈值</translation>
    </message>
    <message>
        <source>All values of a tensor count. Kept with --mergekit-exact too.</source>
        <translation>张量的全部数值都参与计算。使用 --mergekit-exact 时也是如此。</translation>
    </message>
    <message>
        <source>Tensors of more than a million values are sampled at random.</source>
        <translation>超过一百万个数值的张量会被随机抽样。</translation>
    </message>
    <message>
        <source>Its sums are double and it rounds once, with --mergekit-exact too.</source>
        <translation>求和用双精度，只舍入一次，使用 --mergekit-exact 时也是如此。</translation>
    </message>
    <message>
        <source>Tokens</source>
        <translation>词元</translation>
    </message>
    <message>
        <source>A zero row, or a token that no model has, gives the row that the rule asks for. Kept with --mergekit-exact too.</source>
        <translation>零行规则以及任何模型都没有的词元，得到规则所要求的行。使用 --mergekit-exact 时也是如此。</translation>
    </message>
    <message>
        <source>The merge stops with an error.</source>
        <translation>合并因错误而中止。</translation>
    </message>
    <message>
        <source>config.json</source>
        <translation>config.json</translation>
    </message>
    <message>
        <source>They are copied from the donor, whether they fit or not.</source>
        <translation>从来源模型原样复制，不管是否一致。</translation>
    </message>
    <message>
        <source>Donor of config and tokenizer</source>
        <translation>config 与分词器的来源</translation>
    </message>
    <message>
        <source>Any of the models.</source>
        <translation>任意一个模型。</translation>
    </message>
    <message>
        <source>vocab_size, tie_word_embeddings and lists with an entry per layer fit the output.</source>
        <translation>vocab_size、tie_word_embeddings 以及每层一项的列表都与输出一致。</translation>
    </message>
    <message>
        <source>Without a base model, the first model of the recipe. Kept with --mergekit-exact too.</source>
        <translation>没有基座模型时，取配方中的第一个模型。使用 --mergekit-exact 时也是如此。</translation>
    </message>
</context>
<context>
    <name>MergePlan</name>
    <message>
        <source>Architectures, shapes and dtypes agree.</source>
        <translation>架构、形状和数据类型一致。</translation>
    </message>
    <message>
        <source>It fits in memory.</source>
        <translation>内存足够。</translation>
    </message>
    <message>
        <source>There is room on the disk.</source>
        <translation>磁盘空间足够。</translation>
    </message>
    <message>
        <source>The output folder can be written.</source>
        <translation>输出文件夹可写。</translation>
    </message>
    <message>
        <source>The tokenizers are the same.</source>
        <translation>各模型的分词器相同。</translation>
    </message>
    <message>
        <source>The result&apos;s vocabulary has %1 tokens.</source>
        <translation>结果的词表有 %1 个 token。</translation>
    </message>
</context>
<context>
    <name>MergePresets</name>
    <message>
        <source>Marcoro14 SLERP</source>
        <translation>Marcoro14 SLERP</translation>
    </message>
    <message>
        <source>Two models; attention and feed-forward layers follow crossing curves.</source>
        <translation>两个模型；注意力层和前馈层沿相互交叉的曲线变化。</translation>
    </message>
    <message>
        <source>TIES</source>
        <translation>TIES</translation>
    </message>
    <message>
        <source>Several fine-tunes of one base: the largest half of each change, signs agreed.</source>
        <translation>同一基座的多个微调模型：各取改动最大的一半，并统一符号。</translation>
    </message>
    <message>
        <source>DARE-TIES</source>
        <translation>DARE-TIES</translation>
    </message>
    <message>
        <source>Like TIES, with changes dropped at random and the rest made larger.</source>
        <translation>类似 TIES，但随机丢弃部分改动并放大其余部分。</translation>
    </message>
    <message>
        <source>Model Stock</source>
        <translation>Model Stock</translation>
    </message>
    <message>
        <source>A base and two or more fine-tunes; how far to go follows from their angles.</source>
        <translation>一个基座加两个以上微调模型；步幅由它们的夹角决定。</translation>
    </message>
    <message>
        <source>Plain average</source>
        <translation>简单平均</translation>
    </message>
    <message>
        <source>Every model with the same weight.</source>
        <translation>所有模型权重相同。</translation>
    </message>
    <message>
        <source>Frankenmerge</source>
        <translation>Frankenmerge（拼接）</translation>
    </message>
    <message>
        <source>Overlapping blocks of layers of two models in turn: a deeper model.</source>
        <translation>两个模型的层块交替重叠，拼成更深的模型。</translation>
    </message>
    <message>
        <source>Depth up-scaling</source>
        <translation>深度扩展（DUS）</translation>
    </message>
    <message>
        <source>One model stacked on itself, the middle layers twice.</source>
        <translation>一个模型与自身堆叠，中间的层重复一次。</translation>
    </message>
</context>
<context>
    <name>Pages</name>
    <message>
        <source>Home</source>
        <translation>主页</translation>
    </message>
    <message>
        <source>Start here: projects, models, recent runs</source>
        <translation>从这里开始：项目、模型、最近的运行</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>Compose a merge, see what it will do, run it</source>
        <translation>编写合并，查看其效果，然后运行</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>The models on this computer, their tensors, and how alike they are</source>
        <translation>本机上的模型、它们的张量以及相似程度</translation>
    </message>
    <message>
        <source>Runs</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Every run with its curves, recipe and results; select several to compare</source>
        <translation>每次运行的曲线、配方和结果；选择多个可进行比较</translation>
    </message>
    <message>
        <source>Playground</source>
        <translation>试验场</translation>
    </message>
    <message>
        <source>Talk to models, see what they think at each token, compare up to four</source>
        <translation>与模型对话，逐个 token 查看模型的想法，最多并排比较四个</translation>
    </message>
</context>
<context>
    <name>Playground</name>
    <message>
        <source>Write the JSON schema that answers must follow.</source>
        <translation>请写出回答必须符合的 JSON schema。</translation>
    </message>
    <message>
        <source>Write the grammar that answers must follow.</source>
        <translation>请写出回答必须符合的语法。</translation>
    </message>
    <message>
        <source>The schema must be a JSON object.</source>
        <translation>schema 必须是 JSON 对象。</translation>
    </message>
    <message numerus="yes">
        <source>cut at %n tokens</source>
        <translation>
            <numerusform>到 %n 个 token 时截断</numerusform>
        </translation>
    </message>
    <message>
        <source>the context is full</source>
        <translation>上下文已满</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>ended at a stop text</source>
        <translation>遇到停止文本而结束</translation>
    </message>
    <message>
        <source>the grammar is complete</source>
        <translation>语法已完成</translation>
    </message>
    <message>
        <source>model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>folder or file</source>
        <translation>文件夹或文件</translation>
    </message>
    <message>
        <source>adapter</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>about it</source>
        <translation>概况</translation>
    </message>
    <message>
        <source>loss</source>
        <translation>损失</translation>
    </message>
    <message>
        <source>perplexity</source>
        <translation>困惑度</translation>
    </message>
    <message>
        <source>bits per byte</source>
        <translation>每字节比特数</translation>
    </message>
    <message>
        <source>chat template</source>
        <translation>对话模板</translation>
    </message>
    <message>
        <source>system prompt</source>
        <translation>系统提示词</translation>
    </message>
    <message>
        <source>answers must be</source>
        <translation>回答格式</translation>
    </message>
    <message>
        <source>tokens of the prompt</source>
        <translation>提示词的 token</translation>
    </message>
    <message>
        <source>of them from the turn before</source>
        <translation>其中沿用上一轮</translation>
    </message>
    <message>
        <source>tokens of the answer</source>
        <translation>回答的 token</translation>
    </message>
    <message>
        <source>time to the first token</source>
        <translation>首个 token 用时</translation>
    </message>
    <message>
        <source>speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>context used</source>
        <translation>已用上下文</translation>
    </message>
    <message>
        <source>ended by</source>
        <translation>结束原因</translation>
    </message>
    <message>
        <source>%1, in line %2.</source>
        <translation>%1（第 %2 行）。</translation>
    </message>
    <message>
        <source>The schema is not JSON: %1</source>
        <translation>schema 不是有效的 JSON：%1</translation>
    </message>
    <message>
        <source>The variables are not JSON: %1</source>
        <translation>变量不是有效的 JSON：%1</translation>
    </message>
    <message>
        <source>The variables must be a JSON object, for example {&quot;enable_thinking&quot;: false}.</source>
        <translation>变量必须是 JSON 对象，例如 {&quot;enable_thinking&quot;: false}。</translation>
    </message>
    <message>
        <source>The tools are not JSON: %1</source>
        <translation>工具不是有效的 JSON：%1</translation>
    </message>
    <message>
        <source>The tools must be a JSON list.</source>
        <translation>工具必须是 JSON 数组。</translation>
    </message>
    <message>
        <source>Tool %1 must be a JSON object.</source>
        <translation>第 %1 个工具必须是 JSON 对象。</translation>
    </message>
    <message>
        <source>Tool %1 has no name.</source>
        <translation>第 %1 个工具没有名称。</translation>
    </message>
    <message>
        <source>template variables</source>
        <translation>模板变量</translation>
    </message>
    <message>
        <source>tools</source>
        <translation>工具</translation>
    </message>
</context>
<context>
    <name>Problem</name>
    <message>
        <source>%1 (and %2 more)</source>
        <translation>%1（另有 %2 处）</translation>
    </message>
    <message>
        <source>this is not a file of weights that can be read</source>
        <translation>这不是可以读取的权重文件</translation>
    </message>
    <message>
        <source>give a folder, or a .safetensors, PyTorch .bin or .gguf file</source>
        <translation>请给出文件夹，或 .safetensors、PyTorch .bin、.gguf 文件</translation>
    </message>
    <message>
        <source>%1 of %2 shards are missing, the first is %3</source>
        <translation>缺少 %1 个分片（共 %2 个），第一个是 %3</translation>
    </message>
    <message>
        <source>copy or download the missing files, or choose another model</source>
        <translation>复制或下载缺少的文件，或换一个模型</translation>
    </message>
    <message>
        <source>the shard lacks tensor %1, which the index promises</source>
        <translation>分片中没有索引所列的张量 %1</translation>
    </message>
    <message>
        <source>copy or download the model again</source>
        <translation>重新复制或下载模型</translation>
    </message>
    <message>
        <source>tensor %1 is there twice, in %2 and %3</source>
        <translation>张量 %1 出现了两次：在 %2 和 %3 中</translation>
    </message>
    <message>
        <source>there is no such model</source>
        <translation>没有这个模型</translation>
    </message>
    <message>
        <source>check the path</source>
        <translation>检查路径</translation>
    </message>
    <message>
        <source>the folder holds no model weights</source>
        <translation>文件夹中没有模型权重</translation>
    </message>
    <message>
        <source>it needs model.safetensors or pytorch_model.bin, or the index of their shards</source>
        <translation>需要 model.safetensors 或 pytorch_model.bin，或其分片的索引</translation>
    </message>
    <message>
        <source>config.json names no architecture, so the layout is told from the tensor names</source>
        <translation>config.json 没有写明架构，因此按张量名推断结构</translation>
    </message>
    <message>
        <source>config.json names %1 architectures instead of one, so the layout is told from the tensor names</source>
        <translation>config.json 写了 %1 个架构而不是一个，因此按张量名推断结构</translation>
    </message>
    <message>
        <source>%1 is in no table, so the layout is told from the tensor names</source>
        <translation>%1 不在任何架构表中，因此按张量名推断结构</translation>
    </message>
    <message>
        <source>the table of %1 does not know %2, so the layout is told from the tensor names</source>
        <translation>%1 的架构表中没有 %2，因此按张量名推断结构</translation>
    </message>
    <message>
        <source>the weights lack %2 of the table of %1, so the layout is told from the tensor names</source>
        <translation>权重中缺少 %1 架构表里的 %2，因此按张量名推断结构</translation>
    </message>
    <message>
        <source>%1, so the layout is told from the tensor names</source>
        <translation>%1，因此按张量名推断结构</translation>
    </message>
    <message>
        <source>this folder has no config.json</source>
        <translation>文件夹中没有 config.json</translation>
    </message>
    <message>
        <source>a model is a folder in the Hugging Face layout: config.json beside its weights</source>
        <translation>模型是 Hugging Face 结构的文件夹：config.json 与权重放在一起</translation>
    </message>
    <message>
        <source>expected a JSON object</source>
        <translation>应为 JSON 对象</translation>
    </message>
    <message>
        <source>there is no such model folder</source>
        <translation>没有这个模型文件夹</translation>
    </message>
    <message>
        <source>this folder holds an adapter, not a model</source>
        <translation>这个文件夹是适配器，不是模型</translation>
    </message>
    <message>
        <source>name it after its base model: base+adapter</source>
        <translation>写在其基座模型之后：base+adapter</translation>
    </message>
    <message>
        <source>did you mean %1?</source>
        <translation>是否想写 %1？</translation>
    </message>
    <message>
        <source>give the path of a folder with config.json, or name a folder of models with --models-dir</source>
        <translation>请给出含 config.json 的文件夹路径，或用 --models-dir 指定模型所在的文件夹</translation>
    </message>
    <message>
        <source>the name of a model is empty</source>
        <translation>模型名为空</translation>
    </message>
    <message>
        <source>the model %1 is in the cache, but not its main revision</source>
        <translation>缓存中有模型 %1，但没有它的 main 版本</translation>
    </message>
    <message>
        <source>the model %1 is in the cache, but not revision %2</source>
        <translation>缓存中有模型 %1，但没有版本 %2</translation>
    </message>
    <message>
        <source>nothing of it was downloaded completely</source>
        <translation>没有下载完整的版本</translation>
    </message>
    <message>
        <source>there are %1</source>
        <translation>现有 %1</translation>
    </message>
    <message>
        <source>No model has a chat template, so `auto` gives none</source>
        <translation>没有模型带对话模板，`auto` 因此得不到模板</translation>
    </message>
    <message>
        <source>Name a built-in template, such as chatml</source>
        <translation>请指定内置模板，例如 chatml</translation>
    </message>
    <message>
        <source>%1 is neither a built-in chat template nor Jinja text</source>
        <translation>%1 既不是内置的对话模板，也不是 Jinja 文本</translation>
    </message>
    <message>
        <source>Did you mean %1?</source>
        <translation>是否想写 %1？</translation>
    </message>
    <message>
        <source>Use auto, alpaca, chatml, exaone, llama3, mistral, or a template of at least 20 characters</source>
        <translation>请用 auto、alpaca、chatml、exaone、llama3、mistral，或至少 20 个字符的模板</translation>
    </message>
    <message>
        <source>the weights add up to 0, so the average can not be normalized: change a weight, or set normalize: false</source>
        <translation>各权重之和为 0，平均值无法归一化：请改动某个权重，或设 normalize: false</translation>
    </message>
    <message>
        <source>the weights add up to 0, so they can not be normalized: change a weight, or set normalize_weights: false</source>
        <translation>各权重之和为 0，无法归一化：请改动某个权重，或设 normalize_weights: false</translation>
    </message>
    <message>
        <source>the output is a file, a folder is needed</source>
        <translation>输出位置是文件，需要文件夹</translation>
    </message>
    <message>
        <source>another run is writing this output</source>
        <translation>另一个运行正在写入此输出</translation>
    </message>
    <message>
        <source>wait until it has ended or choose another name; where no run is at work, remove %1</source>
        <translation>请等它结束，或另选名称；若没有运行在工作，请删除 %1</translation>
    </message>
    <message>
        <source>choose another name</source>
        <translation>换一个名称</translation>
    </message>
    <message>
        <source>the output folder is not empty</source>
        <translation>输出文件夹不是空的</translation>
    </message>
    <message>
        <source>choose another name, or pass --overwrite to replace it</source>
        <translation>换一个名称，或加上 --overwrite 覆盖它</translation>
    </message>
    <message>
        <source>the output lies inside the input %1</source>
        <translation>输出位置在输入模型 %1 之内</translation>
    </message>
    <message>
        <source>choose a folder outside the models</source>
        <translation>选择模型之外的文件夹</translation>
    </message>
    <message>
        <source>the input %1 lies inside the output</source>
        <translation>输入模型 %1 在输出位置之内</translation>
    </message>
    <message>
        <source>the output folder can not be written</source>
        <translation>输出文件夹不可写</translation>
    </message>
    <message>
        <source>check who may write there, or choose another folder</source>
        <translation>检查写入权限，或选择其他文件夹</translation>
    </message>
    <message>
        <source>the output needs %1, the disk has %2 free</source>
        <translation>输出需要 %1，磁盘可用 %2</translation>
    </message>
    <message>
        <source>free some space or choose another folder</source>
        <translation>腾出空间，或选择其他文件夹</translation>
    </message>
    <message>
        <source>weights can not be merged or stored as %1</source>
        <translation>权重不能以 %1 合并或存储</translation>
    </message>
    <message>
        <source>use bfloat16, float16 or float32</source>
        <translation>请用 bfloat16、float16 或 float32</translation>
    </message>
    <message>
        <source>there is no merge method &quot;%1&quot;</source>
        <translation>没有合并方法“%1”</translation>
    </message>
    <message>
        <source>the methods are: %1</source>
        <translation>可用的方法：%1</translation>
    </message>
    <message>
        <source>none of the adapter&apos;s tensors fits a tensor of the model</source>
        <translation>适配器的张量没有一个与模型的张量相符</translation>
    </message>
    <message>
        <source>the adapter&apos;s tensor %1 fits no tensor of the model</source>
        <translation>适配器的张量 %1 与模型的任何张量都不对应</translation>
    </message>
    <message>
        <source>check that the adapter was trained on this model</source>
        <translation>检查适配器是否在这个模型上训练</translation>
    </message>
    <message>
        <source>the recipe names no model</source>
        <translation>配方没有写明模型</translation>
    </message>
    <message>
        <source>list at least one under `models:`</source>
        <translation>请在 `models:` 下至少列出一个</translation>
    </message>
    <message>
        <source>its tensors are matched by name</source>
        <translation>其张量按名称对应</translation>
    </message>
    <message>
        <source>the models are of different architectures: %1</source>
        <translation>各模型的架构不同：%1</translation>
    </message>
    <message>
        <source>choose models of one family, or pass --allow-crimes to go by the first one&apos;s names</source>
        <translation>选择同一系列的模型，或加上 --allow-crimes 以第一个模型的名称为准</translation>
    </message>
    <message>
        <source>the names of %1 are used</source>
        <translation>以 %1 的名称为准</translation>
    </message>
    <message>
        <source>%1 needs the base model among the sources of every slice</source>
        <translation>%1 要求每个切片的来源中都有基座模型</translation>
    </message>
    <message>
        <source>add %1 as a source here</source>
        <translation>请在此处把 %1 加为来源</translation>
    </message>
    <message>
        <source>%1 needs a base model</source>
        <translation>%1 需要基座模型</translation>
    </message>
    <message>
        <source>add `base_model:`</source>
        <translation>请加上 `base_model:`</translation>
    </message>
    <message>
        <source>1 model</source>
        <translation>1 个模型</translation>
    </message>
    <message>
        <source>%1 models</source>
        <translation>%1 个模型</translation>
    </message>
    <message>
        <source>exactly %1</source>
        <translation>正好 %1</translation>
    </message>
    <message>
        <source>at least %1</source>
        <translation>至少 %1</translation>
    </message>
    <message>
        <source>at most %1</source>
        <translation>最多 %1</translation>
    </message>
    <message>
        <source>%1 besides the base model</source>
        <translation>%1（基座模型除外）</translation>
    </message>
    <message>
        <source>%1 takes %2, this has %3</source>
        <translation>%1 需要：%2；现在有 %3 个</translation>
    </message>
    <message>
        <source>add a model</source>
        <translation>请添加模型</translation>
    </message>
    <message>
        <source>take one away</source>
        <translation>请去掉一个</translation>
    </message>
    <message>
        <source>this model has several parts, so `slices` does not say of which</source>
        <translation>这个模型由几个部分组成，`slices` 没有说明是哪一部分</translation>
    </message>
    <message>
        <source>use `modules:` with one entry per part</source>
        <translation>请用 `modules:`，每个部分一项</translation>
    </message>
    <message>
        <source>the models have no part &quot;%1&quot;</source>
        <translation>这些模型没有“%1”部分</translation>
    </message>
    <message>
        <source>the parts are: %1</source>
        <translation>现有部分：%1</translation>
    </message>
    <message>
        <source>%1 has %2 layers, %3 has %4</source>
        <translation>%1 有 %2 层，%3 有 %4 层</translation>
    </message>
    <message>
        <source>use `slices:` to say which layers belong together</source>
        <translation>请用 `slices:` 说明哪些层相对应</translation>
    </message>
    <message>
        <source>layers %1 to %2 are asked of %3, which has %4</source>
        <translation>要求取 %3 的第 %1 至 %2 层，但它只有 %4 层</translation>
    </message>
    <message>
        <source>use a range that ends at %1 or before</source>
        <translation>范围的末尾请不超过 %1</translation>
    </message>
    <message>
        <source>%1 has no parameter &quot;%2&quot;, it is ignored</source>
        <translation>%1 没有参数“%2”，已忽略</translation>
    </message>
    <message>
        <source>%1 (tensor %2)</source>
        <translation>%1（张量 %2）</translation>
    </message>
    <message>
        <source>and %1 more like this</source>
        <translation>另有 %1 处类似</translation>
    </message>
    <message>
        <source>the output would hold no tensor</source>
        <translation>输出将不含任何张量</translation>
    </message>
    <message>
        <source>choose layer ranges that are not empty</source>
        <translation>选择不为空的层范围</translation>
    </message>
    <message>
        <source>%1 is not a finite number</source>
        <translation>%1 不是有限的数</translation>
    </message>
    <message>
        <source>%1 = %2 lies outside %3 to %4</source>
        <translation>%1 = %2 超出 %3 至 %4 的范围</translation>
    </message>
    <message>
        <source>tensor %1</source>
        <translation>张量 %1</translation>
    </message>
    <message>
        <source>the parameter &quot;%1&quot; has no value for %2</source>
        <translation>参数“%1”对 %2 没有取值</translation>
    </message>
    <message>
        <source>give %1 a value here or under the recipe&apos;s `parameters:`</source>
        <translation>请在此处或配方的 `parameters:` 下给出 %1 的值</translation>
    </message>
    <message>
        <source>there is no tensor %1</source>
        <translation>没有张量 %1</translation>
    </message>
    <message>
        <source>the model is incomplete or of another architecture</source>
        <translation>模型不完整，或属于其他架构</translation>
    </message>
    <message>
        <source>%1 has the shape %2, %3 has %4</source>
        <translation>%1 的形状是 %2，%3 的形状是 %4</translation>
    </message>
    <message>
        <source>rows of %1 are to be taken from this model, which has no such tensor of %2 columns</source>
        <translation>%1 的某些行要取自此模型，但它没有 %2 列的这种张量</translation>
    </message>
    <message>
        <source>models of different hidden sizes cannot be merged</source>
        <translation>隐藏维度不同的模型不能合并</translation>
    </message>
    <message>
        <source>the models&apos; embeddings differ in size, all are cut to %1</source>
        <translation>各模型的嵌入大小不同，全部截为 %1</translation>
    </message>
    <message>
        <source>add `tokenizer_source: union` or `base` to match rows by token</source>
        <translation>加上 `tokenizer_source: union` 或 `base`，按 token 对应各行</translation>
    </message>
    <message>
        <source>%1 has the shape %2, the base model has %3</source>
        <translation>%1 的形状是 %2，基座模型的形状是 %3</translation>
    </message>
    <message>
        <source>add `tokenizer_source: base` or `union` to match rows by token</source>
        <translation>加上 `tokenizer_source: base` 或 `union`，按 token 对应各行</translation>
    </message>
    <message>
        <source>the models&apos; embeddings differ in size, all are cut to the base model&apos;s %1</source>
        <translation>各模型的嵌入大小不同，全部截为基座模型的 %1</translation>
    </message>
    <message>
        <source>%1 has the shape %2 where the base model has %3; it is left out of this tensor</source>
        <translation>%1 的形状是 %2，基座模型的形状是 %3；它不参与这个张量</translation>
    </message>
    <message>
        <source>choose models that are fine-tunes of the same base</source>
        <translation>选择同一基座的微调模型</translation>
    </message>
    <message>
        <source>the tensor holds %1, so this is a quantized checkpoint</source>
        <translation>张量的内容是 %1，可见这是量化后的检查点</translation>
    </message>
    <message>
        <source>merge the original weights and quantize the result</source>
        <translation>请合并原始权重，再量化结果</translation>
    </message>
    <message>
        <source>%1 of its tensors are not part of the architecture and are left out</source>
        <translation>它有 %1 个张量不属于该架构，已略去</translation>
    </message>
    <message>
        <source>the first is %1</source>
        <translation>第一个是 %1</translation>
    </message>
    <message>
        <source>density %1 with epsilon %2 gives probabilities outside (0, 1): choose epsilon below density and below 1 - density</source>
        <translation>density %1 与 epsilon %2 使概率超出 (0, 1)：请让 epsilon 小于 density，也小于 1 - density</translation>
    </message>
    <message>
        <source>%1 has no tokenizer.json and no tokenizer.model</source>
        <translation>%1 既没有 tokenizer.json，也没有 tokenizer.model</translation>
    </message>
    <message>
        <source>Put the tokenizer&apos;s files into its folder, or remove the tokenizer keys from the recipe</source>
        <translation>把分词器的文件放进它的文件夹，或从配方中去掉与分词器有关的键</translation>
    </message>
    <message>
        <source>%1 has no tokenizer that can be read; it is taken to have that of %2</source>
        <translation>%1 没有可以读取的分词器；视为与 %2 的相同</translation>
    </message>
    <message>
        <source>Put its tokenizer.json into its folder</source>
        <translation>把它的 tokenizer.json 放进它的文件夹</translation>
    </message>
    <message>
        <source>The tokenizer&apos;s source %1 is not part of the merge</source>
        <translation>分词器的来源 %1 不在合并之中</translation>
    </message>
    <message>
        <source>Name one of the merged models, `base` or `union`</source>
        <translation>请写参与合并的某个模型、`base` 或 `union`</translation>
    </message>
    <message>
        <source>Put the tokenizer&apos;s files into its folder</source>
        <translation>把分词器的文件放进它的文件夹</translation>
    </message>
    <message>
        <source>%1 tokens of %2 have no row in its embedding (%3 rows) and are left out, such as %4</source>
        <translation>%2 有 %1 个 token 在其嵌入（%3 行）中没有对应的行，已略去，例如 %4</translation>
    </message>
    <message>
        <source>%1 added tokens have other settings in other models, such as %2; the first model&apos;s are used</source>
        <translation>%1 个附加 token 在其他模型中的设置不同，例如 %2；采用第一个模型的设置</translation>
    </message>
    <message>
        <source>%1 has only a %2, from which tokens can not be removed</source>
        <translation>%1 只有 %2，无法从中去掉 token</translation>
    </message>
    <message>
        <source>%1 has only a %2, to which tokens can not be added</source>
        <translation>%1 只有 %2，无法向其中加入 token</translation>
    </message>
    <message>
        <source>Put a tokenizer.json into its folder (loading the tokenizer with transformers and saving it writes one)</source>
        <translation>把 tokenizer.json 放进它的文件夹（用 transformers 载入分词器再保存即可得到）</translation>
    </message>
    <message>
        <source>The token %1 takes its row from %2, which is not part of the merge</source>
        <translation>token %1 的行取自 %2，而它不在合并之中</translation>
    </message>
    <message>
        <source>Name one of the merged models</source>
        <translation>请写参与合并的某个模型</translation>
    </message>
    <message>
        <source>The token %1 takes row %2 of %3, which has %4 rows</source>
        <translation>token %1 取 %3 的第 %2 行，而它只有 %4 行</translation>
    </message>
    <message>
        <source>Rows are counted from 0</source>
        <translation>行号从 0 算起</translation>
    </message>
    <message>
        <source>%1 has no token %2</source>
        <translation>%1 没有 token %2</translation>
    </message>
    <message>
        <source>Choose another source for it, or `kind: zero`</source>
        <translation>为它另选来源，或用 `kind: zero`</translation>
    </message>
    <message>
        <source>%1 tokens are in no merged model and get rows of zeros: %2%3</source>
        <translation>%1 个 token 不在任何参与合并的模型中，其行为零：%2%3</translation>
    </message>
    <message>
        <source>Give them a `source` under `tokenizer: tokens:`</source>
        <translation>请在 `tokenizer: tokens:` 下为它们写明 `source`</translation>
    </message>
    <message>
        <source>a number, true, false or a list of numbers</source>
        <translation>数、true、false 或数的列表</translation>
    </message>
    <message>
        <source>a list of at least one number</source>
        <translation>至少含一个数的列表</translation>
    </message>
    <message>
        <source>a map with `value` and `filter`, like the entries before it</source>
        <translation>含 `value` 和 `filter` 的映射，与前面各项一样</translation>
    </message>
    <message>
        <source>`%1` is never used: the entry before it matches every tensor</source>
        <translation>`%1` 永远用不到：它前面的一项已匹配所有张量</translation>
    </message>
    <message>
        <source>Put the entry without a filter last</source>
        <translation>把没有 filter 的一项放在最后</translation>
    </message>
    <message>
        <source>No merge method has a parameter %1</source>
        <translation>没有任何合并方法有参数 %1</translation>
    </message>
    <message>
        <source>Did you mean `%1`?</source>
        <translation>是否想写 `%1`？</translation>
    </message>
    <message>
        <source>`%1` is a parameter: move it under `parameters:`</source>
        <translation>`%1` 是参数：请移到 `parameters:` 下</translation>
    </message>
    <message>
        <source>This looks like a recipe for `moe`</source>
        <translation>这看起来是 `moe` 的配方</translation>
    </message>
    <message>
        <source>a list of two whole numbers, first layer and the one after the last</source>
        <translation>两个整数的列表：第一层，以及最后一层的下一层</translation>
    </message>
    <message>
        <source>For example [0, 16] for the first sixteen layers</source>
        <translation>例如 [0, 16] 表示前十六层</translation>
    </message>
    <message>
        <source>`%1` is [%2, %3], which holds no layers</source>
        <translation>`%1` 是 [%2, %3]，其中没有层</translation>
    </message>
    <message>
        <source>The first number counts from 0 and must be smaller than the second, which is not included</source>
        <translation>第一个数从 0 算起，且必须小于第二个数；第二个数不包含在内</translation>
    </message>
    <message>
        <source>Layers are chosen under `slices:`; `models:` takes whole models</source>
        <translation>层在 `slices:` 下选择；`models:` 取整个模型</translation>
    </message>
    <message>
        <source>`%1` is an empty list</source>
        <translation>`%1` 是空列表</translation>
    </message>
    <message>
        <source>Name at least one model</source>
        <translation>请至少写一个模型</translation>
    </message>
    <message>
        <source>`%1` mixes %2 layers of %3 with %4 layers of %5</source>
        <translation>`%1` 把 %3 的 %2 层与 %5 的 %4 层混在一起</translation>
    </message>
    <message>
        <source>All sources of a slice need layer ranges of the same length</source>
        <translation>一个切片的所有来源，层范围的长度必须相同</translation>
    </message>
    <message>
        <source>`%1` belongs to an entry of the slice&apos;s `sources:`</source>
        <translation>`%1` 应写在切片 `sources:` 的某一项中</translation>
    </message>
    <message>
        <source>`residual_weight` has no effect</source>
        <translation>`residual_weight` 不起作用</translation>
    </message>
    <message>
        <source>mergekit reads it without using it</source>
        <translation>mergekit 只读取，并不使用</translation>
    </message>
    <message>
        <source>Name at least one slice</source>
        <translation>请至少写一个切片</translation>
    </message>
    <message>
        <source>The recipe names no inputs</source>
        <translation>配方没有写明输入</translation>
    </message>
    <message>
        <source>Give exactly one of `models`, `slices` and `modules`</source>
        <translation>`models`、`slices`、`modules` 只能写其中一个</translation>
    </message>
    <message>
        <source>The recipe has %1</source>
        <translation>配方同时有 %1</translation>
    </message>
    <message>
        <source>`modules` is an empty map</source>
        <translation>`modules` 是空映射</translation>
    </message>
    <message>
        <source>Name at least one module, such as `default`</source>
        <translation>请至少写一个模块，例如 `default`</translation>
    </message>
    <message>
        <source>`%1` needs exactly one of `models` and `slices`</source>
        <translation>`%1` 需要 `models` 和 `slices` 中的一个</translation>
    </message>
    <message>
        <source>Document %1 has no `name`</source>
        <translation>第 %1 个文档没有 `name`</translation>
    </message>
    <message>
        <source>Every document but the last needs one, for later documents to refer to</source>
        <translation>除最后一个外，每个文档都要有，供后面的文档引用</translation>
    </message>
    <message>
        <source>The name %1 can not be a folder&apos;s name</source>
        <translation>名称 %1 不能作为文件夹名</translation>
    </message>
    <message>
        <source>Use letters, digits, - and _</source>
        <translation>请用字母、数字、- 和 _</translation>
    </message>
    <message>
        <source>Two documents have the name %1</source>
        <translation>有两个文档都叫 %1</translation>
    </message>
    <message>
        <source>Stages wait for one another in a circle: %1</source>
        <translation>各阶段互相等待，形成循环：%1</translation>
    </message>
    <message>
        <source>The recipe is empty</source>
        <translation>配方是空的</translation>
    </message>
    <message>
        <source>Start with `merge_method:` and `models:`</source>
        <translation>请从 `merge_method:` 和 `models:` 写起</translation>
    </message>
    <message>
        <source>The text holds %1 documents, but a merge takes one</source>
        <translation>文本含 %1 个文档，而一次合并只取一个</translation>
    </message>
    <message>
        <source>Recipes of several stages are run with the `multi` command</source>
        <translation>多阶段的配方用 `multi` 命令运行</translation>
    </message>
    <message>
        <source>Separate the stages by lines of `---`</source>
        <translation>各阶段之间用一行 `---` 隔开</translation>
    </message>
    <message>
        <source>More than one @ in the model reference %1</source>
        <translation>模型引用 %1 中有多个 @</translation>
    </message>
    <message>
        <source>Write it as a map: {model: {path: ..., revision: ...}}</source>
        <translation>请写成映射：{model: {path: ..., revision: ...}}</translation>
    </message>
    <message>
        <source>The model reference %1 names no model</source>
        <translation>模型引用 %1 没有写明模型</translation>
    </message>
    <message>
        <source>Give a folder, or a name such as org/model</source>
        <translation>请给出文件夹，或 org/model 这样的名称</translation>
    </message>
    <message>
        <source>Nothing follows the @ in the model reference %1</source>
        <translation>模型引用 %1 的 @ 之后没有内容</translation>
    </message>
    <message>
        <source>Give a revision, or remove the @</source>
        <translation>请写明版本，或去掉 @</translation>
    </message>
    <message>
        <source>More than one + in the model reference %1</source>
        <translation>模型引用 %1 中有多个 +</translation>
    </message>
    <message>
        <source>One adapter is allowed; write a path that holds a + as a map: {model: {path: ...}}</source>
        <translation>只允许一个适配器；含 + 的路径请写成映射：{model: {path: ...}}</translation>
    </message>
    <message>
        <source>`%1` must be %2, but is %3</source>
        <translation>`%1` 应为：%2；现在是：%3</translation>
    </message>
    <message>
        <source>The key %1 is not known here and has no effect</source>
        <translation>此处没有键 %1，它不起作用</translation>
    </message>
    <message>
        <source>The key %1 is not known in `%2` and has no effect</source>
        <translation>`%2` 中没有键 %1，它不起作用</translation>
    </message>
    <message>
        <source>the recipe</source>
        <translation>配方</translation>
    </message>
    <message>
        <source>a map of keys and values</source>
        <translation>键与值的映射</translation>
    </message>
    <message>
        <source>a list</source>
        <translation>列表</translation>
    </message>
    <message>
        <source>`%1` is missing</source>
        <translation>缺少 `%1`</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Put it in quotes</source>
        <translation>请加上引号</translation>
    </message>
    <message>
        <source>a finite number</source>
        <translation>有限的数</translation>
    </message>
    <message>
        <source>a whole number</source>
        <translation>整数</translation>
    </message>
    <message>
        <source>true or false</source>
        <translation>true 或 false</translation>
    </message>
    <message>
        <source>Use float32, float16, bfloat16 or int64</source>
        <translation>请用 float32、float16、bfloat16 或 int64</translation>
    </message>
    <message>
        <source>`%1` is %2, which is not a dtype that a merge can have</source>
        <translation>`%1` 是 %2，合并不支持这种数据类型</translation>
    </message>
    <message>
        <source>a model&apos;s name or path</source>
        <translation>模型的名称或路径</translation>
    </message>
    <message>
        <source>`model_token` or `zero`</source>
        <translation>`model_token` 或 `zero`</translation>
    </message>
    <message>
        <source>`%1` needs exactly one of `token` and `token_id`</source>
        <translation>`%1` 需要 `token` 和 `token_id` 中的一个</translation>
    </message>
    <message>
        <source>`%1` must not be negative</source>
        <translation>`%1` 不能为负</translation>
    </message>
    <message>
        <source>A token must not be empty text</source>
        <translation>token 不能是空文本</translation>
    </message>
    <message>
        <source>The recipe has both `tokenizer_source` and `tokenizer`</source>
        <translation>配方同时有 `tokenizer_source` 和 `tokenizer`</translation>
    </message>
    <message>
        <source>Keep one; `tokenizer: {source: ...}` says the same as `tokenizer_source`</source>
        <translation>只留一个；`tokenizer: {source: ...}` 与 `tokenizer_source` 意思相同</translation>
    </message>
    <message>
        <source>a map with `source`, `tokens` or `pad_to_multiple_of`</source>
        <translation>含 `source`、`tokens` 或 `pad_to_multiple_of` 的映射</translation>
    </message>
    <message>
        <source>Write `tokenizer_source:` for the short form</source>
        <translation>简写请用 `tokenizer_source:`</translation>
    </message>
    <message>
        <source>`tokenizer.pad_to_multiple_of` must be between 0 and %1, but is %2</source>
        <translation>`tokenizer.pad_to_multiple_of` 应在 0 与 %1 之间，现在是 %2</translation>
    </message>
    <message>
        <source>Not valid YAML: nothing can begin with this character</source>
        <translation>不是有效的 YAML：任何内容都不能以这个字符开头</translation>
    </message>
    <message>
        <source>The text holds more than %1 documents</source>
        <translation>文本含有超过 %1 个文档</translation>
    </message>
    <message>
        <source>A quote is opened here and never closed</source>
        <translation>此处的引号没有闭合</translation>
    </message>
    <message>
        <source>An alias refers to a value that contains it</source>
        <translation>别名引用了包含它自己的值</translation>
    </message>
    <message>
        <source>Write the value out, or move the anchor</source>
        <translation>请把值写出来，或移动锚点</translation>
    </message>
    <message>
        <source>The tag %1 is not supported</source>
        <translation>不支持标签 %1</translation>
    </message>
    <message>
        <source>Remove the tag</source>
        <translation>请去掉标签</translation>
    </message>
    <message>
        <source>Values are nested deeper than %1 levels</source>
        <translation>嵌套超过 %1 层</translation>
    </message>
    <message>
        <source>A key must be text, not a list or a map</source>
        <translation>键必须是文本，不能是列表或映射</translation>
    </message>
    <message>
        <source>`&lt;&lt;` must name a map, but is %1</source>
        <translation>`&lt;&lt;` 应指向映射，现在是：%1</translation>
    </message>
    <message>
        <source>The text holds more than %1 values</source>
        <translation>文本含有超过 %1 个值</translation>
    </message>
    <message>
        <source>Aliases count as often as they are used</source>
        <translation>别名每用一次计一次</translation>
    </message>
    <message>
        <source>A key is missing before the colon</source>
        <translation>冒号前缺少键</translation>
    </message>
    <message>
        <source>The key %1 is given twice</source>
        <translation>键 %1 写了两次</translation>
    </message>
    <message>
        <source>Remove one of the two</source>
        <translation>请去掉其中一个</translation>
    </message>
    <message>
        <source>The text has %1, more than the %2 that are allowed</source>
        <translation>文本有 %1，超过允许的 %2</translation>
    </message>
    <message>
        <source>The text is not UTF-8</source>
        <translation>文本不是 UTF-8 编码</translation>
    </message>
    <message>
        <source>Save the file with UTF-8 encoding</source>
        <translation>请以 UTF-8 编码保存文件</translation>
    </message>
    <message>
        <source>The text holds a control character</source>
        <translation>文本含有控制字符</translation>
    </message>
    <message>
        <source>Remove it</source>
        <translation>请去掉它</translation>
    </message>
    <message>
        <source>nothing</source>
        <translation>空</translation>
    </message>
    <message>
        <source>the boolean %1</source>
        <translation>布尔值 %1</translation>
    </message>
    <message>
        <source>the number %1</source>
        <translation>数 %1</translation>
    </message>
    <message>
        <source>the text %1</source>
        <translation>文本 %1</translation>
    </message>
    <message>
        <source>an empty list</source>
        <translation>空列表</translation>
    </message>
    <message>
        <source>an empty map</source>
        <translation>空映射</translation>
    </message>
    <message>
        <source>a map</source>
        <translation>映射</translation>
    </message>
    <message>
        <source>Not valid YAML: %1</source>
        <translation>不是有效的 YAML：%1</translation>
    </message>
    <message>
        <source>Check the indentation (spaces, no tabs), colons and quotes near this place</source>
        <translation>检查此处附近的缩进（用空格，不用制表符）、冒号和引号</translation>
    </message>
    <message>
        <source>there is no model %1 (looked in %2)</source>
        <translation>没有模型 %1（查找位置：%2）</translation>
    </message>
    <message>
        <source>The merge needs %1 of memory, %2 are free.</source>
        <translation>合并需要 %1 内存，可用 %2。</translation>
    </message>
    <message>
        <source>Close other programs or use fewer threads.</source>
        <translation>请关闭其他程序，或减少线程数。</translation>
    </message>
    <message>
        <source>The output&apos;s vocabulary has %1 tokens.</source>
        <translation>结果的词表有 %1 个 token。</translation>
    </message>
    <message>
        <source>Add `tokenizer_source: union` or `base` to align the rows of the embeddings.</source>
        <translation>加上 `tokenizer_source: union` 或 `base`，使嵌入的各行对齐。</translation>
    </message>
    <message>
        <source>the base model</source>
        <translation>基座模型</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation>%1 和 %2</translation>
    </message>
    <message>
        <source>%1 has %2</source>
        <translation>%1 有 %2 个</translation>
    </message>
    <message>
        <source>The model has no tokenizer that can be read.</source>
        <translation>模型没有可以读取的分词器。</translation>
    </message>
    <message>
        <source>No model has a tokenizer that can be read.</source>
        <translation>没有模型带有可以读取的分词器。</translation>
    </message>
    <message>
        <source>The tokenizer of %1 tokens.</source>
        <translation>分词器的 token 数：%1。</translation>
    </message>
    <message>
        <source>The tokenizers are the same, %1 tokens.</source>
        <translation>各分词器相同，%1 个 token。</translation>
    </message>
    <message>
        <source>The tokenizers differ: %1 tokens.</source>
        <translation>各分词器不同，token 数：%1。</translation>
    </message>
    <message>
        <source>That of %1 is used.</source>
        <translation>采用 %1 的分词器。</translation>
    </message>
    <message>
        <source>No tokenizer could be read for %1.</source>
        <translation>无法读取 %1 的分词器。</translation>
    </message>
    <message>
        <source>Only %1 has a chat template, and the tokenizer comes from %2: the output has none.</source>
        <translation>只有 %1 带对话模板，而分词器取自 %2：结果没有对话模板。</translation>
    </message>
    <message>
        <source>Only %1 have a chat template, and the tokenizer comes from %2: the output has none.</source>
        <translation>只有 %1 带对话模板，而分词器取自 %2：结果没有对话模板。</translation>
    </message>
    <message>
        <source>The chat templates differ. The base model&apos;s is used.</source>
        <translation>各对话模板不同，采用基座模型的。</translation>
    </message>
    <message>
        <source>The chat templates differ. That of %1 is used.</source>
        <translation>各对话模板不同，采用 %1 的。</translation>
    </message>
    <message>
        <source>The chat templates are the same.</source>
        <translation>各对话模板相同。</translation>
    </message>
    <message>
        <source>The chat template of the base model is used.</source>
        <translation>采用基座模型的对话模板。</translation>
    </message>
    <message>
        <source>The chat template of %1 is used.</source>
        <translation>采用 %1 的对话模板。</translation>
    </message>
    <message>
        <source>the bounds of a slice are whole numbers, not values of type %1</source>
        <translation>切片的边界应为整数，不能是 %1 类型的值</translation>
    </message>
    <message>
        <source>the step of a slice is a whole number, not a value of type %1</source>
        <translation>切片的步长应为整数，不能是 %1 类型的值</translation>
    </message>
    <message>
        <source>a value of type %1 has no items to go through</source>
        <translation>%1 类型的值没有可以遍历的项</translation>
    </message>
    <message>
        <source>&apos;%1&apos; got its argument %2 twice</source>
        <translation>&apos;%1&apos; 的参数 %2 给了两次</translation>
    </message>
    <message>
        <source>&apos;%1&apos; needs the argument %2</source>
        <translation>&apos;%1&apos; 需要参数 %2</translation>
    </message>
    <message>
        <source>&apos;%1&apos; takes at most %2 arguments, and got %3</source>
        <translation>&apos;%1&apos; 最多接受 %2 个参数，现在有 %3 个</translation>
    </message>
    <message>
        <source>&apos;%1&apos; has no argument %2</source>
        <translation>&apos;%1&apos; 没有参数 %2</translation>
    </message>
    <message>
        <source>the argument %1 of &apos;%2&apos; has to be %3, not %4</source>
        <translation>&apos;%2&apos; 的参数 %1 应为 %3，而不是 %4</translation>
    </message>
    <message>
        <source>there is no %1 &apos;%2&apos;; did you mean &apos;%3&apos;?</source>
        <translation>没有 %1 &apos;%2&apos;；是否想写 &apos;%3&apos;？</translation>
    </message>
    <message>
        <source>there is no %1 &apos;%2&apos;</source>
        <translation>没有 %1 &apos;%2&apos;</translation>
    </message>
    <message>
        <source>xmlattr needs a dict, not a value of type %1</source>
        <translation>xmlattr 需要字典，不能是 %1 类型的值</translation>
    </message>
    <message>
        <source>%1 can not be the name of an attribute</source>
        <translation>%1 不能作为属性名</translation>
    </message>
    <message>
        <source>abs needs a number, not a value of type %1</source>
        <translation>abs 需要数，不能是 %1 类型的值</translation>
    </message>
    <message>
        <source>round needs a number, not a value of type %1</source>
        <translation>round 需要数，不能是 %1 类型的值</translation>
    </message>
    <message>
        <source>filesizeformat needs a number, not a value of type %1</source>
        <translation>filesizeformat 需要数，不能是 %1 类型的值</translation>
    </message>
    <message>
        <source>a %1 is named by a text, not by a value of type %2</source>
        <translation>%1 的名称应为文本，不能是 %2 类型的值</translation>
    </message>
    <message>
        <source>a value of type %1 has no length</source>
        <translation>%1 类型的值没有长度</translation>
    </message>
    <message>
        <source>a value of type %1 has no last item</source>
        <translation>%1 类型的值没有最后一项</translation>
    </message>
    <message>
        <source>dictsort needs a dict, not a value of type %1</source>
        <translation>dictsort 需要字典，不能是 %1 类型的值</translation>
    </message>
    <message>
        <source>values of type %1 can not be told apart by unique</source>
        <translation>unique 无法区分 %1 类型的值</translation>
    </message>
    <message>
        <source>a list can not be cut into %1 slices</source>
        <translation>列表不能切成 %1 份</translation>
    </message>
    <message>
        <source>items needs a dict, not a value of type %1</source>
        <translation>items 需要字典，不能是 %1 类型的值</translation>
    </message>
    <message>
        <source>a field wider than %1 characters</source>
        <translation>字段宽度超过 %1 个字符</translation>
    </message>
    <message>
        <source>&apos;%1&apos; is no format: a precision is missing</source>
        <translation>&apos;%1&apos; 不是有效的格式：缺少精度</translation>
    </message>
    <message>
        <source>&apos;%1&apos; is no format</source>
        <translation>&apos;%1&apos; 不是有效的格式</translation>
    </message>
    <message>
        <source>%1 is no character</source>
        <translation>%1 不是字符</translation>
    </message>
    <message>
        <source>the format &apos;%1&apos; does not fit a value of type %2</source>
        <translation>格式 &apos;%1&apos; 不适用于 %2 类型的值</translation>
    </message>
    <message>
        <source>there is no value named %1</source>
        <translation>没有名为 %1 的值</translation>
    </message>
    <message>
        <source>%%1 needs a whole number, not a value of type %2</source>
        <translation>%%1 需要整数，不能是 %2 类型的值</translation>
    </message>
    <message>
        <source>%%1 needs a number, not a value of type %2</source>
        <translation>%%1 需要数，不能是 %2 类型的值</translation>
    </message>
    <message>
        <source>there is no field of type %1</source>
        <translation>没有 %1 类型的字段</translation>
    </message>
    <message>
        <source>the format asks for value %1, and there are %2</source>
        <translation>格式要求第 %1 个值，而只有 %2 个</translation>
    </message>
    <message>
        <source>&apos;%1&apos; is no field of a format</source>
        <translation>&apos;%1&apos; 不是格式中的字段</translation>
    </message>
    <message>
        <source>a range of more than %1 numbers</source>
        <translation>range 超过 %1 个数</translation>
    </message>
    <message>
        <source>%1 takes one dict or list of pairs, and named values</source>
        <translation>%1 接受一个字典或成对的列表，以及具名的值</translation>
    </message>
    <message>
        <source>a format of more than %1 bytes</source>
        <translation>格式超过 %1 字节</translation>
    </message>
    <message>
        <source>the template writes more than %1</source>
        <translation>模板的输出超过 %1</translation>
    </message>
    <message>
        <source>%1 is a value of type %2, and only a namespace can be changed</source>
        <translation>%1 是 %2 类型的值，只有 namespace 可以改动</translation>
    </message>
    <message>
        <source>%1 values for %2 names</source>
        <translation>%1 个值对应 %2 个名称</translation>
    </message>
    <message>
        <source>** takes a dict, not a value of type %1</source>
        <translation>** 需要字典，不能是 %1 类型的值</translation>
    </message>
    <message>
        <source>a value of type %1 can not be called</source>
        <translation>%1 类型的值不能调用</translation>
    </message>
    <message>
        <source>there is no open bracket for %1</source>
        <translation>%1 没有对应的左括号</translation>
    </message>
    <message>
        <source>%1 closes a bracket that %2 should close</source>
        <translation>%1 闭合了本应由 %2 闭合的括号</translation>
    </message>
    <message>
        <source>%1 does not fit into a number</source>
        <translation>%1 超出数的范围</translation>
    </message>
    <message>
        <source>the whole number %1 does not fit into 64 bits</source>
        <translation>整数 %1 超出 64 位</translation>
    </message>
    <message>
        <source>\%1 needs %2 hexadecimal digits</source>
        <translation>\%1 需要 %2 位十六进制数字</translation>
    </message>
    <message>
        <source>%1 means nothing here</source>
        <translation>%1 在此处没有意义</translation>
    </message>
    <message>
        <source>the macro &apos;%1&apos; takes at most %2 arguments, and got %3</source>
        <translation>宏 &apos;%1&apos; 最多接受 %2 个参数，现在有 %3 个</translation>
    </message>
    <message>
        <source>the macro &apos;%1&apos; has no parameter %2</source>
        <translation>宏 &apos;%1&apos; 没有参数 %2</translation>
    </message>
    <message>
        <source>%1 is not in the list</source>
        <translation>列表中没有 %1</translation>
    </message>
    <message>
        <source>a value of type %1 can not be a key of a dict</source>
        <translation>%1 类型的值不能作为字典的键</translation>
    </message>
    <message>
        <source>join needs texts, and item %1 is of type %2</source>
        <translation>join 需要文本，而第 %1 项是 %2 类型</translation>
    </message>
    <message>
        <source>format_map needs a dict, not a value of type %1</source>
        <translation>format_map 需要字典，不能是 %1 类型的值</translation>
    </message>
    <message>
        <source>%1 takes a text or a tuple of texts, not a value of type %2</source>
        <translation>%1 接受文本或文本的元组，不能是 %2 类型的值</translation>
    </message>
    <message>
        <source>&apos;%1&apos; does not work between a value of type %2 and one of type %3</source>
        <translation>&apos;%1&apos; 不能用于 %2 类型与 %3 类型的值之间</translation>
    </message>
    <message>
        <source>a list repeated %1 times is too long</source>
        <translation>列表重复 %1 次后过长</translation>
    </message>
    <message>
        <source>a value of type %1 has no sign</source>
        <translation>%1 类型的值没有正负号</translation>
    </message>
    <message>
        <source>only a text can be in a text, not a value of type %1</source>
        <translation>文本中只能含有文本，不能含有 %1 类型的值</translation>
    </message>
    <message>
        <source>expected %1, found %2</source>
        <translation>应为 %1，实际是 %2</translation>
    </message>
    <message>
        <source>blocks are nested deeper than %1 levels</source>
        <translation>块嵌套超过 %1 层</translation>
    </message>
    <message>
        <source>&apos;%1&apos; is never closed</source>
        <translation>&apos;%1&apos; 没有闭合</translation>
    </message>
    <message>
        <source>end it with {% %1 %}</source>
        <translation>请用 {% %1 %} 结束</translation>
    </message>
    <message>
        <source>&apos;%1&apos; needs other templates, and a chat template has none</source>
        <translation>&apos;%1&apos; 需要其他模板，而对话模板没有</translation>
    </message>
    <message>
        <source>&apos;%1&apos; has nothing to close or continue here</source>
        <translation>&apos;%1&apos; 在此处没有可以闭合或接续的内容</translation>
    </message>
    <message>
        <source>there is no tag &apos;%1&apos;</source>
        <translation>没有标签 &apos;%1&apos;</translation>
    </message>
    <message>
        <source>brackets are nested deeper than %1 levels</source>
        <translation>括号嵌套超过 %1 层</translation>
    </message>
    <message>
        <source>%1 can not be assigned to</source>
        <translation>不能给 %1 赋值</translation>
    </message>
    <message>
        <source>the parameter %1 is named twice</source>
        <translation>参数 %1 写了两次</translation>
    </message>
    <message>
        <source>the parameter %1 needs a default value, because one before it has one</source>
        <translation>参数 %1 需要默认值，因为它前面的参数有默认值</translation>
    </message>
    <message>
        <source>&apos;%1&apos; stands outside of a loop</source>
        <translation>&apos;%1&apos; 在循环之外</translation>
    </message>
    <message>
        <source>this expression is deeper than %1 levels</source>
        <translation>这个表达式超过 %1 层</translation>
    </message>
    <message>
        <source>the argument %1 is given twice</source>
        <translation>参数 %1 给了两次</translation>
    </message>
    <message>
        <source>a value of type %1 can not be written as JSON</source>
        <translation>%1 类型的值不能写成 JSON</translation>
    </message>
    <message>
        <source>a value of type %1 can not be a key in JSON</source>
        <translation>%1 类型的值不能作为 JSON 的键</translation>
    </message>
    <message>
        <source>a text of %1 is longer than the limit of %2</source>
        <translation>文本有 %1，超过上限 %2</translation>
    </message>
    <message>
        <source>a value is nested deeper than %1 levels</source>
        <translation>值嵌套超过 %1 层</translation>
    </message>
    <message>
        <source>the template does not come to an end within %1 steps</source>
        <translation>模板在 %1 步内没有结束</translation>
    </message>
    <message>
        <source>the evaluation is nested deeper than %1 levels</source>
        <translation>求值嵌套超过 %1 层</translation>
    </message>
    <message>
        <source>the template needs more than %1 of memory</source>
        <translation>模板需要超过 %1 内存</translation>
    </message>
    <message>
        <source>the template has %1, and at most %2 are read</source>
        <translation>模板有 %1，最多读取 %2</translation>
    </message>
    <message>
        <source>the template is not valid UTF-8 at byte %1</source>
        <translation>模板在第 %1 字节处不是有效的 UTF-8</translation>
    </message>
    <message>
        <source>give one, such as %1</source>
        <translation>请给出一个，例如 %1</translation>
    </message>
    <message>
        <source>there is no chat template named %1</source>
        <translation>没有名为 %1 的对话模板</translation>
    </message>
    <message>
        <source>a text repeated %1 times is too long</source>
        <translation>重复 %1 次的文本过长</translation>
    </message>
    <message>
        <source>&quot;%1&quot; must be a whole number that is not negative</source>
        <translation>“%1”必须是非负整数</translation>
    </message>
    <message>
        <source>&quot;%1&quot; must be a list of texts</source>
        <translation>“%1”必须是文本列表</translation>
    </message>
    <message>
        <source>&quot;%1&quot; must be a text</source>
        <translation>“%1”必须是文本</translation>
    </message>
    <message>
        <source>%1 results can not come from %2 beams</source>
        <translation>%2 个束无法给出 %1 个结果</translation>
    </message>
    <message>
        <source>the length penalty is no number</source>
        <translation>长度惩罚不是数字</translation>
    </message>
    <message>
        <source>a text of no tokens was asked for</source>
        <translation>请求的文本没有任何 token</translation>
    </message>
    <message>
        <source>the grammar is larger than 4 MiB</source>
        <translation>语法大于 4 MiB</translation>
    </message>
    <message>
        <source>the grammar is not valid UTF-8</source>
        <translation>语法不是有效的 UTF-8</translation>
    </message>
    <message>
        <source>the grammar has no rule &quot;root&quot;</source>
        <translation>语法没有规则“root”</translation>
    </message>
    <message>
        <source>name the rule for the whole text root</source>
        <translation>请把代表全文的规则命名为 root</translation>
    </message>
    <message>
        <source>the rule &quot;%1&quot; is used and not defined</source>
        <translation>规则“%1”被使用但未定义</translation>
    </message>
    <message>
        <source>the rule &quot;%1&quot; begins with itself, which never ends</source>
        <translation>规则“%1”以自身开头，永远不会结束</translation>
    </message>
    <message>
        <source>write the repetition with * or +, or put what repeats last</source>
        <translation>请用 * 或 + 表示重复，或把重复的部分放在最后</translation>
    </message>
    <message>
        <source>did you mean &quot;%1&quot;?</source>
        <translation>是不是“%1”？</translation>
    </message>
    <message>
        <source>the name of a rule is expected</source>
        <translation>此处应为规则名</translation>
    </message>
    <message>
        <source>the grammar is too large</source>
        <translation>语法过大</translation>
    </message>
    <message>
        <source>repeat less often, or without an upper limit</source>
        <translation>请减少重复次数，或不设上限</translation>
    </message>
    <message>
        <source>the rule &quot;%1&quot; is defined twice</source>
        <translation>规则“%1”被定义了两次</translation>
    </message>
    <message>
        <source>&quot;::=&quot; is expected</source>
        <translation>此处应为“::=”</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is not expected here</source>
        <translation>此处不应出现“%1”</translation>
    </message>
    <message>
        <source>parentheses are nested more than %1 deep</source>
        <translation>括号嵌套超过 %1 层</translation>
    </message>
    <message>
        <source>&quot;)&quot; is missing</source>
        <translation>缺少“)”</translation>
    </message>
    <message>
        <source>single tokens can not be named in a grammar</source>
        <translation>语法中不能指名单个 token</translation>
    </message>
    <message>
        <source>write their text as a literal</source>
        <translation>请把其文本写成字面量</translation>
    </message>
    <message>
        <source>there is no such escape</source>
        <translation>没有这种转义</translation>
    </message>
    <message>
        <source>a backslash is written as two</source>
        <translation>反斜杠要写成两个</translation>
    </message>
    <message>
        <source>%1 hexadecimal digits are expected</source>
        <translation>此处应为 %1 位十六进制数字</translation>
    </message>
    <message>
        <source>there is no such character</source>
        <translation>没有这个字符</translation>
    </message>
    <message>
        <source>the literal has no end</source>
        <translation>字面量没有结束</translation>
    </message>
    <message>
        <source>the class of characters has no end</source>
        <translation>字符类没有结束</translation>
    </message>
    <message>
        <source>the range ends before it begins</source>
        <translation>范围的终点在起点之前</translation>
    </message>
    <message>
        <source>the class has no characters</source>
        <translation>字符类中没有字符</translation>
    </message>
    <message>
        <source>a repetition is written {m}, {m,} or {m,n}</source>
        <translation>重复应写作 {m}、{m,} 或 {m,n}</translation>
    </message>
    <message>
        <source>the repetition has fewer at most than at least</source>
        <translation>重复的上限小于下限</translation>
    </message>
    <message>
        <source>something is repeated more than %1 times</source>
        <translation>重复超过 %1 次</translation>
    </message>
    <message>
        <source>the grammar can be read in too many ways at once</source>
        <translation>语法同时有过多的解读方式</translation>
    </message>
    <message>
        <source>make it less ambiguous: no two alternatives should go on alike for long</source>
        <translation>请减少歧义：任何两个选项都不应长时间以相同方式展开</translation>
    </message>
    <message>
        <source>the pattern is not understood from character %1 on</source>
        <translation>从第 %1 个字符起无法理解该模式</translation>
    </message>
    <message>
        <source>use classes, groups, |, and the repetitions * + ? {m,n}, with ^ and $ at the ends</source>
        <translation>请使用字符类、分组、| 以及重复 * + ? {m,n}，^ 与 $ 只放在两端</translation>
    </message>
    <message>
        <source>a schema is an object, or true</source>
        <translation>schema 应为对象或 true</translation>
    </message>
    <message>
        <source>the list of types is empty</source>
        <translation>类型列表为空</translation>
    </message>
    <message>
        <source>the keyword &quot;%1&quot; of the JSON schema is not understood</source>
        <translation>不支持 JSON schema 的关键字“%1”</translation>
    </message>
    <message>
        <source>leave it out, or write a grammar</source>
        <translation>请去掉它，或改用语法</translation>
    </message>
    <message>
        <source>there is no type &quot;%1&quot;</source>
        <translation>没有类型“%1”</translation>
    </message>
    <message>
        <source>the reference &quot;%1&quot; leads out of the schema</source>
        <translation>引用“%1”指向 schema 之外</translation>
    </message>
    <message>
        <source>the reference &quot;%1&quot; leads nowhere</source>
        <translation>引用“%1”没有目标</translation>
    </message>
    <message>
        <source>&quot;%1&quot; must be a list that is not empty</source>
        <translation>“%1”必须是非空列表</translation>
    </message>
    <message>
        <source>it is understood for objects with properties alone</source>
        <translation>仅对带属性的对象支持</translation>
    </message>
    <message>
        <source>&quot;%1&quot; must be an object</source>
        <translation>“%1”必须是对象</translation>
    </message>
    <message>
        <source>the required property %1 is not among the properties</source>
        <translation>必需的属性 %1 不在属性之中</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is less than &quot;%2&quot;</source>
        <translation>“%1”小于“%2”</translation>
    </message>
    <message>
        <source>&quot;%1&quot; asks for more than there may be</source>
        <translation>“%1”要求的数量超过允许的数量</translation>
    </message>
    <message>
        <source>the keyword &quot;%1&quot; of the JSON schema is not understood together with others</source>
        <translation>JSON schema 的关键字“%1”不能与其他关键字一起使用</translation>
    </message>
    <message>
        <source>the format &quot;%1&quot; of the JSON schema is not understood</source>
        <translation>不支持 JSON schema 的格式“%1”</translation>
    </message>
    <message>
        <source>there are date, time, date-time, uuid and ipv4</source>
        <translation>可用的有 date、time、date-time、uuid 与 ipv4</translation>
    </message>
    <message>
        <source>&quot;%1&quot; must be a number of at most 17 digits</source>
        <translation>“%1”必须是不超过 17 位的数字</translation>
    </message>
    <message>
        <source>no number lies between the bounds</source>
        <translation>上下限之间没有数字</translation>
    </message>
    <message>
        <source>the model has no tokenizer, so it can not read text</source>
        <translation>模型没有分词器，无法读取文本</translation>
    </message>
    <message>
        <source>put tokenizer.json or tokenizer.model beside it, or give token ids</source>
        <translation>请把 tokenizer.json 或 tokenizer.model 放在模型旁，或直接给出 token id</translation>
    </message>
    <message>
        <source>the model has no chat template</source>
        <translation>模型没有对话模板</translation>
    </message>
    <message>
        <source>choose one of the built-in templates, or give a prompt as text</source>
        <translation>请选择内置模板之一，或以文本给出提示词</translation>
    </message>
    <message>
        <source>a window has at least 2 tokens, and a stride is from 1 to that</source>
        <translation>窗口至少 2 个 token，步长从 1 到窗口长度</translation>
    </message>
    <message>
        <source>a window of %1 tokens is longer than the context of %2</source>
        <translation>%1 个 token 的窗口超过了长度为 %2 的上下文</translation>
    </message>
    <message>
        <source>the model has neither a token that begins nor one that ends a text, which the first token would follow</source>
        <translation>模型既没有文本开始 token 也没有文本结束 token，首个 token 无所跟随</translation>
    </message>
    <message>
        <source>the text has %1 tokens, which is not one window of %2</source>
        <translation>文本有 %1 个 token，不足一个 %2 的窗口</translation>
    </message>
    <message>
        <source>give a longer text, or a smaller context</source>
        <translation>请给出更长的文本，或减小上下文</translation>
    </message>
    <message>
        <source>&quot;%1&quot; must be true or false</source>
        <translation>“%1”必须是 true 或 false</translation>
    </message>
    <message>
        <source>the chat template does not write what the last message says, so it can not be continued</source>
        <translation>对话模板没有写出最后一条消息的内容，因此无法续写</translation>
    </message>
    <message>
        <source>&quot;messages&quot; must be a list of messages that is not empty</source>
        <translation>“messages”必须是非空的消息列表</translation>
    </message>
    <message>
        <source>exactly one of &quot;messages&quot;, &quot;prompt&quot; and &quot;ids&quot; must be given</source>
        <translation>“messages”“prompt”“ids”必须恰好给出一个</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no id of a token</source>
        <translation>“%1”不是 token id</translation>
    </message>
    <message>
        <source>&quot;%1&quot; must be a list of ids</source>
        <translation>“%1”必须是 id 列表</translation>
    </message>
    <message>
        <source>a constraint is {&quot;grammar&quot;: text}, {&quot;json_schema&quot;: schema} or {&quot;json_object&quot;: true}</source>
        <translation>约束应为 {&quot;grammar&quot;: 文本}、{&quot;json_schema&quot;: schema} 或 {&quot;json_object&quot;: true}</translation>
    </message>
    <message>
        <source>no token can be chosen: the logits are not finite, or all tokens are excluded</source>
        <translation>没有可选的 token：logits 不是有限数，或所有 token 都被排除</translation>
    </message>
    <message>
        <source>check the model&apos;s weights, and what the settings of sampling exclude</source>
        <translation>请检查模型权重，以及采样设置排除了什么</translation>
    </message>
    <message>
        <source>sequence breakers are a list of texts that are not empty</source>
        <translation>序列打断符应为非空文本的列表</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is neither the id nor the text of one token</source>
        <translation>“%1”既不是某个 token 的 id，也不是其文本</translation>
    </message>
    <message>
        <source>a bias is a number or &quot;ban&quot;, not %1</source>
        <translation>偏置应为数字或“ban”，而不是 %1</translation>
    </message>
    <message>
        <source>a list of biases has pairs of a token and a number</source>
        <translation>偏置列表应由 token 与数字成对组成</translation>
    </message>
    <message>
        <source>&quot;%1&quot; is no bias</source>
        <translation>“%1”不是偏置</translation>
    </message>
    <message>
        <source>write id=number with commas between them: 15043=-2, 11=ban</source>
        <translation>请写作 id=数字，以逗号分隔：15043=-2, 11=ban</translation>
    </message>
    <message>
        <source>no sampler has a parameter &quot;%1&quot;</source>
        <translation>没有采样器有参数“%1”</translation>
    </message>
    <message>
        <source>%1 must be at least %2, not %3</source>
        <translation>%1 至少为 %2，而不是 %3</translation>
    </message>
    <message>
        <source>%1 must be from %2 to %3, not %4</source>
        <translation>%1 必须在 %2 到 %3 之间，而不是 %4</translation>
    </message>
    <message>
        <source>there is no sampler &quot;%1&quot;</source>
        <translation>没有采样器“%1”</translation>
    </message>
    <message>
        <source>the settings of sampling are no object</source>
        <translation>采样设置不是对象</translation>
    </message>
    <message>
        <source>%1 must be %2, not %3</source>
        <translation>%1 必须是 %2，而不是 %3</translation>
    </message>
    <message>
        <source>a number</source>
        <translation>数字</translation>
    </message>
    <message>
        <source>a text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>a list of names</source>
        <translation>名称列表</translation>
    </message>
    <message>
        <source>the prompt is empty</source>
        <translation>提示词为空</translation>
    </message>
    <message>
        <source>give at least one token; this model puts none at the beginning of a text itself</source>
        <translation>请至少给出一个 token；该模型自身不会在文本开头添加 token</translation>
    </message>
    <message>
        <source>the prompt has %1 tokens, and the context holds %2</source>
        <translation>提示词有 %1 个 token，而上下文只容纳 %2 个</translation>
    </message>
    <message>
        <source>shorten it, or choose a longer context where the model can have one</source>
        <translation>请缩短提示词，或在模型允许时选择更长的上下文</translation>
    </message>
    <message>
        <source>there is no token %1, the model knows %2</source>
        <translation>没有 token %1，模型共有 %2 个</translation>
    </message>
    <message>
        <source>no token of the vocabulary can go on with the grammar</source>
        <translation>词表中没有 token 能接续该语法</translation>
    </message>
    <message>
        <source>check that the grammar has an end, and characters that the model knows</source>
        <translation>请检查语法能够结束，且使用模型认识的字符</translation>
    </message>
    <message>
        <source>the model has positions for %1 tokens, not for %2</source>
        <translation>模型只有 %1 个 token 的位置，没有 %2 个</translation>
    </message>
    <message>
        <source>the schema leads more than %1 steps deep</source>
        <translation>schema 的层级超过 %1 层</translation>
    </message>
    <message>
        <source>&quot;early_stopping&quot; must be true, false or &quot;never&quot;</source>
        <translation>“early_stopping”必须是 true、false 或 &quot;never&quot;</translation>
    </message>
    <message>
        <source>a search with beams has no &quot;%1&quot;</source>
        <translation>束搜索没有“%1”</translation>
    </message>
    <message>
        <source>it takes no samplers, no stop strings and no constraint: leave them out, or leave out &quot;num_beams&quot;</source>
        <translation>束搜索不使用采样器、停止字符串和约束：请去掉它们，或去掉“num_beams”</translation>
    </message>
    <message>
        <source>there can be at most %1 beams</source>
        <translation>最多 %1 个束</translation>
    </message>
    <message>
        <source>&quot;%1&quot; must be a number</source>
        <translation>“%1”必须是数字</translation>
    </message>
    <message>
        <source>it can exclude texts, or values of an &quot;enum&quot;</source>
        <translation>它只能排除文本，或“enum”中的值</translation>
    </message>
    <message>
        <source>the property &quot;%1&quot; has several schemas</source>
        <translation>属性“%1”有多个模式</translation>
    </message>
    <message>
        <source>it is understood with one pattern, and no other properties</source>
        <translation>仅支持只有一个模式且没有其他属性的情况</translation>
    </message>
    <message>
        <source>it is understood for items that are one of at most %1 values</source>
        <translation>仅当元素取自至多 %1 个列出的值时支持</translation>
    </message>
    <message>
        <source>it can exclude values that are listed by &quot;const&quot; or &quot;enum&quot;</source>
        <translation>它只能排除由“const”或“enum”列出的值</translation>
    </message>
    <message>
        <source>no value fits the schema</source>
        <translation>没有符合该模式的值</translation>
    </message>
    <message>
        <source>a value of type %1 can not be sliced</source>
        <translation>%1 类型的值不能切片</translation>
    </message>
    <message>
        <source>the name of an attribute is a text, not a value of type %1</source>
        <translation>属性名必须是文本，而不是 %1 类型的值</translation>
    </message>
    <message>
        <source>%1 needs a text, not a value of type %2</source>
        <translation>%1 需要文本，而不是 %2 类型的值</translation>
    </message>
    <message>
        <source>%1 is not in the range</source>
        <translation>%1 不在该 range 之内</translation>
    </message>
    <message>
        <source>the block %1 is there twice</source>
        <translation>块 %1 出现了两次</translation>
    </message>
    <message>
        <source>cannot make the folder</source>
        <translation>无法创建文件夹</translation>
    </message>
    <message>
        <source>%1 is not offered</source>
        <translation>不提供 %1</translation>
    </message>
    <message>
        <source>use f32, f16 or bf16</source>
        <translation>请使用 f32、f16 或 bf16</translation>
    </message>
    <message>
        <source>the tensor %1 is quantized to %2</source>
        <translation>张量 %1 已量化为 %2</translation>
    </message>
    <message>
        <source>quantized models can not be converted yet, use one in F32, F16 or BF16</source>
        <translation>目前还不能转换量化模型，请使用 F32、F16 或 BF16 的模型</translation>
    </message>
    <message>
        <source>these can: %1</source>
        <translation>可以转换的有：%1</translation>
    </message>
    <message>
        <source>a token has the id %1, which no vocabulary has</source>
        <translation>某个 token 的编号为 %1，任何词表都不会有这样的编号</translation>
    </message>
    <message>
        <source>%1 is neither true nor false</source>
        <translation>%1 既不是 true 也不是 false</translation>
    </message>
    <message>
        <source>%1 is not a number</source>
        <translation>%1 不是数字</translation>
    </message>
    <message>
        <source>%1 is not a rank, a whole number of at least 1</source>
        <translation>%1 不是有效的秩，秩应为不小于 1 的整数</translation>
    </message>
    <message>
        <source>%1 is not an object</source>
        <translation>%1 不是对象</translation>
    </message>
    <message>
        <source>the adapter&apos;s folder holds no weights</source>
        <translation>适配器文件夹中没有权重</translation>
    </message>
    <message>
        <source>it needs adapter_model.safetensors or adapter_model.bin</source>
        <translation>需要 adapter_model.safetensors 或 adapter_model.bin</translation>
    </message>
    <message>
        <source>the adapter&apos;s change is %1 by %2, the tensor has the shape %3</source>
        <translation>适配器的改动为 %1 × %2，而张量的形状为 %3</translation>
    </message>
    <message>
        <source>this is not an adapter, there is no adapter_config.json</source>
        <translation>这不是适配器，没有 adapter_config.json</translation>
    </message>
    <message>
        <source>the configuration is not an object</source>
        <translation>配置不是 JSON 对象</translation>
    </message>
    <message>
        <source>adapter_config.json has no peft_type, so this is not an adapter of PEFT</source>
        <translation>adapter_config.json 中没有 peft_type，因此这不是 PEFT 的适配器</translation>
    </message>
    <message>
        <source>the adapter is of type %1, only LORA can be added to weights</source>
        <translation>适配器类型为 %1，只有 LORA 可以加到权重上</translation>
    </message>
    <message>
        <source>this LoRA can not be added to weights: %1 (%2)</source>
        <translation>此 LoRA 不能加到权重上：%1（%2）</translation>
    </message>
    <message>
        <source>this LoRA was made with init_lora_weights %1 and fits only the residual base of its training</source>
        <translation>此 LoRA 以 init_lora_weights %1 初始化，只适用于其训练时的残差基座</translation>
    </message>
    <message>
        <source>convert it to a plain LoRA with PEFT (path_initial_model_for_weight_conversion)</source>
        <translation>请用 PEFT 转换为普通 LoRA（path_initial_model_for_weight_conversion）</translation>
    </message>
    <message>
        <source>the adapter&apos;s tensor %1 is of no known kind</source>
        <translation>适配器的张量 %1 类型未知</translation>
    </message>
    <message>
        <source>the tensors %1 and %2 have the same meaning</source>
        <translation>张量 %1 与 %2 含义相同</translation>
    </message>
    <message>
        <source>the adapter has lora_%1 for %2 and no lora_%3</source>
        <translation>适配器中 %2 有 lora_%1 而没有 lora_%3</translation>
    </message>
    <message>
        <source>the adapter has a magnitude vector for %1 and no lora_A</source>
        <translation>适配器中 %1 有幅度向量而没有 lora_A</translation>
    </message>
    <message>
        <source>%1 is of dtype %2, a LoRA needs floating point numbers</source>
        <translation>%1 的 dtype 为 %2，LoRA 需要浮点数</translation>
    </message>
    <message>
        <source>the adapter&apos;s tensors for %1 have %2 and %3 dimensions, only matrices are supported</source>
        <translation>适配器中 %1 的张量为 %2 维和 %3 维，只支持矩阵</translation>
    </message>
    <message>
        <source>lora_A %1 and lora_B %2 of %3 do not have the rank %4 that adapter_config.json gives</source>
        <translation>%3 的 lora_A %1 与 lora_B %2 不符合 adapter_config.json 给出的秩 %4</translation>
    </message>
    <message>
        <source>adapter_config.json says use_dora, but %1 has no magnitude vector</source>
        <translation>adapter_config.json 写明 use_dora，但 %1 没有幅度向量</translation>
    </message>
    <message>
        <source>DoRA of an embedding is not supported (%1)</source>
        <translation>不支持嵌入层的 DoRA（%1）</translation>
    </message>
    <message>
        <source>the magnitude vector %1 of %2 does not have %3 elements</source>
        <translation>%2 的幅度向量 %1 没有 %3 个元素</translation>
    </message>
    <message>
        <source>the configuration does not tell the %1</source>
        <translation>配置中没有说明 %1</translation>
    </message>
    <message>
        <source>it needs the key %1</source>
        <translation>需要键 %1</translation>
    </message>
    <message>
        <source>%1 is %2, expected 0 to %3</source>
        <translation>%1 为 %2，应在 0 到 %3 之间</translation>
    </message>
    <message>
        <source>%1 layers of %2 tensors are more than a model has</source>
        <translation>%1 层、每层 %2 个张量，超出任何模型</translation>
    </message>
    <message>
        <source>the file is damaged or incomplete, download or copy it again</source>
        <translation>文件已损坏或不完整，请重新下载或复制</translation>
    </message>
    <message>
        <source>tensor %1 is of ggml type %2, which is not known</source>
        <translation>张量 %1 的 ggml 类型 %2 未知</translation>
    </message>
    <message>
        <source>the file is for big-endian machines</source>
        <translation>该文件用于大端序机器</translation>
    </message>
    <message>
        <source>the file is GGUF of version %1, 2 and 3 are read</source>
        <translation>该文件为 GGUF 第 %1 版，只能读取第 2 版和第 3 版</translation>
    </message>
    <message>
        <source>tensor %1 is quantized to %2</source>
        <translation>张量 %1 已量化为 %2</translation>
    </message>
    <message>
        <source>quantized weights can not be read yet, use the model&apos;s safetensors</source>
        <translation>目前还不能读取量化权重，请使用该模型的 safetensors</translation>
    </message>
    <message>
        <source>the file is damaged, or of a kind that is not known; download or convert it again</source>
        <translation>文件已损坏或类型未知，请重新下载或转换</translation>
    </message>
    <message>
        <source>GGUF models of the architecture %1 can not be read</source>
        <translation>无法读取架构为 %1 的 GGUF 模型</translation>
    </message>
    <message>
        <source>the folder holds %1 GGUF models</source>
        <translation>文件夹中有 %1 个 GGUF 模型</translation>
    </message>
    <message>
        <source>name one of them, such as %1</source>
        <translation>请指定其中一个，例如 %1</translation>
    </message>
    <message>
        <source>part %1 of the %2 parts of the model is missing</source>
        <translation>模型共 %2 个分片，缺少第 %1 个</translation>
    </message>
    <message>
        <source>download or copy all of them</source>
        <translation>请下载或复制全部分片</translation>
    </message>
    <message>
        <source>the file is one of %1</source>
        <translation>该文件是 %1 个分片之一</translation>
    </message>
    <message>
        <source>keep their names, which end in &quot;-00001-of-...&quot;, and all of them in one folder</source>
        <translation>请保留以“-00001-of-...”结尾的文件名，并把全部分片放在同一文件夹中</translation>
    </message>
    <message>
        <source>tensor %1 holds %2 experts, which no model has</source>
        <translation>张量 %1 含 %2 个专家，任何模型都不会如此</translation>
    </message>
    <message>
        <source>download or convert the model again</source>
        <translation>请重新下载或转换模型</translation>
    </message>
    <message>
        <source>the tensor %1 is none that models of the architecture %2 have</source>
        <translation>架构为 %2 的模型中没有张量 %1</translation>
    </message>
    <message>
        <source>the tensor %1 is %2 and its neighbours are %3</source>
        <translation>张量 %1 为 %2，而相邻张量为 %3</translation>
    </message>
    <message>
        <source>the norm %1 is %2, in GGUF files norms are F32</source>
        <translation>归一化张量 %1 为 %2，GGUF 文件中应为 F32</translation>
    </message>
    <message>
        <source>GGUF files have no tensors of type %1</source>
        <translation>GGUF 文件不支持 %1 类型的张量</translation>
    </message>
    <message>
        <source>two tensors would have the same name</source>
        <translation>会有两个张量同名</translation>
    </message>
    <message>
        <source>a tensor&apos;s name may have %1 bytes in GGUF files</source>
        <translation>GGUF 文件中张量名最多 %1 字节</translation>
    </message>
    <message>
        <source>a tensor of %1 dimensions can not be in GGUF files</source>
        <translation>GGUF 文件中不能有 %1 维张量</translation>
    </message>
    <message>
        <source>the models have %1 and %2 layers below %3</source>
        <translation>两个模型在 %3 下分别有 %1 层和 %2 层</translation>
    </message>
    <message>
        <source>%1 is not a regular expression, %2 at character %3</source>
        <translation>%1 不是正则表达式：第 %3 个字符处 %2</translation>
    </message>
    <message>
        <source>the regular expression %1 uses %2, which is not supported</source>
        <translation>正则表达式 %1 使用了不支持的 %2</translation>
    </message>
    <message>
        <source>the regular expression %1 repeats too much</source>
        <translation>正则表达式 %1 重复过多</translation>
    </message>
    <message>
        <source>the regular expression %1 is longer than %2 characters</source>
        <translation>正则表达式 %1 超过 %2 个字符</translation>
    </message>
    <message>
        <source>tensor %1 is of dtype %2, which can not be read yet</source>
        <translation>张量 %1 的 dtype 为 %2，目前还不能读取</translation>
    </message>
    <message>
        <source>%1 can not be the name of a tensor in a safetensors file</source>
        <translation>%1 不能作为 safetensors 文件中的张量名</translation>
    </message>
    <message>
        <source>two tensors have the name %1</source>
        <translation>有两个张量都叫 %1</translation>
    </message>
    <message>
        <source>%1 bytes do not fit the shape %2 and dtype %3</source>
        <translation>%1 字节与形状 %2、dtype %3 不符</translation>
    </message>
    <message>
        <source>%1 tensors need a header of %2 bytes, a safetensors file allows %3</source>
        <translation>%1 个张量需要 %2 字节的文件头，safetensors 文件最多允许 %3 字节</translation>
    </message>
    <message>
        <source>use more shards</source>
        <translation>请使用更多分片</translation>
    </message>
    <message>
        <source>%1 bytes were given, dtype and shape need %2</source>
        <translation>给出了 %1 字节，而 dtype 与形状需要 %2 字节</translation>
    </message>
    <message>
        <source>the index has no object &quot;weight_map&quot; that gives each tensor its file</source>
        <translation>索引中没有说明各张量所在文件的“weight_map”对象</translation>
    </message>
    <message>
        <source>the weight_map names no tensor</source>
        <translation>weight_map 中没有任何张量</translation>
    </message>
    <message>
        <source>weight_map: the file of %1 is not a text</source>
        <translation>weight_map：%1 的文件名不是文本</translation>
    </message>
    <message>
        <source>weight_map: %1 is not the name of a file in the model&apos;s folder</source>
        <translation>weight_map：%1 不是模型文件夹中的文件名</translation>
    </message>
    <message>
        <source>the file was saved by a PyTorch older than 1.6, or as a bare pickle</source>
        <translation>该文件由早于 1.6 的 PyTorch 保存，或是裸 pickle</translation>
    </message>
    <message>
        <source>load and save it with a current PyTorch, or convert it to safetensors</source>
        <translation>请用新版 PyTorch 加载后重新保存，或转换为 safetensors</translation>
    </message>
    <message>
        <source>not a PyTorch file, it does not begin as a ZIP file does</source>
        <translation>不是 PyTorch 文件：开头不是 ZIP 格式</translation>
    </message>
    <message>
        <source>the file is damaged or not a model, download or copy it again</source>
        <translation>文件已损坏或不是模型，请重新下载或复制</translation>
    </message>
    <message>
        <source>the file holds two data.pkl</source>
        <translation>文件中有两个 data.pkl</translation>
    </message>
    <message>
        <source>not a PyTorch file, the ZIP file has no data.pkl</source>
        <translation>不是 PyTorch 文件：ZIP 中没有 data.pkl</translation>
    </message>
    <message>
        <source>choose a file written by torch.save</source>
        <translation>请选择由 torch.save 写出的文件</translation>
    </message>
    <message>
        <source>the file is a TorchScript program, not a state dict</source>
        <translation>该文件是 TorchScript 程序，不是 state dict</translation>
    </message>
    <message>
        <source>save the model&apos;s state_dict() instead</source>
        <translation>请改为保存模型的 state_dict()</translation>
    </message>
    <message>
        <source>the file was saved on a big-endian machine</source>
        <translation>该文件在大端序机器上保存</translation>
    </message>
    <message>
        <source>convert it to safetensors where it was made</source>
        <translation>请在原机器上转换为 safetensors</translation>
    </message>
    <message>
        <source>data.pkl has %1 bytes, at most %2 are read</source>
        <translation>data.pkl 有 %1 字节，最多读取 %2 字节</translation>
    </message>
    <message>
        <source>tensor %1: its storage data/%2 is missing</source>
        <translation>张量 %1：缺少其存储 data/%2</translation>
    </message>
    <message>
        <source>tensor %1: its storage should have %2 bytes and has %3</source>
        <translation>张量 %1：存储应有 %2 字节，实际为 %3 字节</translation>
    </message>
    <message>
        <source>%1 can not be the name of a tensor in a PyTorch file</source>
        <translation>%1 不能作为 PyTorch 文件中的张量名</translation>
    </message>
    <message>
        <source>the pickle has %1 bytes, at most %2 are read</source>
        <translation>pickle 有 %1 字节，最多读取 %2 字节</translation>
    </message>
    <message>
        <source>the file holds no tensors by name</source>
        <translation>文件中没有带名称的张量</translation>
    </message>
    <message>
        <source>a state dict is needed, as torch.save(model.state_dict()) writes it</source>
        <translation>需要由 torch.save(model.state_dict()) 写出的 state dict</translation>
    </message>
    <message>
        <source>the pickle is damaged at byte %1, %2</source>
        <translation>pickle 在第 %1 字节处损坏：%2</translation>
    </message>
    <message>
        <source>the pickle at byte %1 %2</source>
        <translation>pickle 第 %1 字节处：%2</translation>
    </message>
    <message>
        <source>convert the model to safetensors where it was made</source>
        <translation>请在原处将模型转换为 safetensors</translation>
    </message>
    <message>
        <source>the ZIP file is split over several files</source>
        <translation>ZIP 文件被分成了多个文件</translation>
    </message>
    <message>
        <source>entry %1 is encrypted</source>
        <translation>条目 %1 已加密</translation>
    </message>
    <message>
        <source>entry %1 is packed with method %2, only stored and deflated ones are read</source>
        <translation>条目 %1 以方法 %2 压缩，只能读取未压缩或 deflate 的条目</translation>
    </message>
    <message>
        <source>the text is longer than the %1 tokens that the model has positions for</source>
        <translation>文本超过模型位置所能容纳的 %1 个 token</translation>
    </message>
    <message>
        <source>config.json gives %1 %2, which no model has</source>
        <translation>config.json 中 %2 为 %1，任何模型都不会如此</translation>
    </message>
    <message>
        <source>%1 attention heads can not share %2 key heads evenly</source>
        <translation>%1 个注意力头无法平分 %2 个键值头</translation>
    </message>
    <message>
        <source>%1 of %2 values per head can not be turned in pairs</source>
        <translation>每头 %2 个值中的 %1 个无法成对旋转</translation>
    </message>
    <message>
        <source>the activation %1 is not known</source>
        <translation>激活函数 %1 未知</translation>
    </message>
    <message>
        <source>rope_scaling needs %1 factors for short and for long texts, it has %2 and %3</source>
        <translation>rope_scaling 对短文本和长文本各需 %1 个因子，实际为 %2 个和 %3 个</translation>
    </message>
    <message>
        <source>the rope scaling %1 is not known</source>
        <translation>RoPE 缩放 %1 未知</translation>
    </message>
    <message>
        <source>BLOOM whose residuals are taken after the norm can not be run</source>
        <translation>无法运行在归一化之后取残差的 BLOOM</translation>
    </message>
    <message>
        <source>StableLM with norms of its own for every head can not be run</source>
        <translation>无法运行每头各有归一化的 StableLM</translation>
    </message>
    <message>
        <source>quantized models can not be run yet, use one in F32, F16 or BF16</source>
        <translation>目前还不能运行量化模型，请使用 F32、F16 或 BF16 的模型</translation>
    </message>
    <message>
        <source>%1 is stored as %2, which can not be multiplied with</source>
        <translation>%1 以 %2 存储，无法参与矩阵乘法</translation>
    </message>
    <message>
        <source>the weight %1 is missing</source>
        <translation>缺少权重 %1</translation>
    </message>
    <message>
        <source>the weight %1 has the shape %2, by %3 it is %4</source>
        <translation>权重 %1 的形状为 %2，按 %3 应为 %4</translation>
    </message>
    <message>
        <source>the weight %1 has the shape %2, by %3 it has %4 values</source>
        <translation>权重 %1 的形状为 %2，按 %3 应有 %4 个值</translation>
    </message>
    <message>
        <source>the weight %1 has %2 rows, which can not be gate and up</source>
        <translation>权重 %1 有 %2 行，不能同时作为 gate 和 up</translation>
    </message>
    <message>
        <source>the system ended the worker, most likely because memory ran out (%1 % was left)</source>
        <translation>系统结束了工作进程，很可能是内存耗尽（仅剩 %1 %）</translation>
    </message>
    <message>
        <source>close other programs or use fewer threads, then run it again: finished parts are kept</source>
        <translation>请关闭其他程序或减少线程数后重新运行：已完成的部分会保留</translation>
    </message>
    <message>
        <source>the worker ended without a word</source>
        <translation>工作进程未留下任何信息就结束了</translation>
    </message>
    <message>
        <source>the worker was killed</source>
        <translation>工作进程被强行终止</translation>
    </message>
    <message>
        <source>the worker crashed (signal %1)</source>
        <translation>工作进程崩溃（信号 %1）</translation>
    </message>
    <message>
        <source>the worker ended without a word (exit status %1)</source>
        <translation>工作进程未留下任何信息就结束了（退出状态 %1）</translation>
    </message>
    <message>
        <source>run it again: finished parts are kept</source>
        <translation>请重新运行：已完成的部分会保留</translation>
    </message>
    <message>
        <source>nothing is computed in %1</source>
        <translation>不能用 %1 计算</translation>
    </message>
    <message>
        <source>%1 (%2)</source>
        <translation>%1（%2）</translation>
    </message>
    <message>
        <source>%1 runs begin with %2</source>
        <translation>有 %1 个运行的编号以 %2 开头</translation>
    </message>
    <message>
        <source>A token without a row in the embedding stands before others in the vocabulary</source>
        <translation>词表中有一个在嵌入中没有对应行的 token，排在其他 token 之前</translation>
    </message>
    <message>
        <source>Cannot allocate memory</source>
        <translation>无法分配内存</translation>
    </message>
    <message>
        <source>Choose another tokenizer source</source>
        <translation>请选择其他分词器来源</translation>
    </message>
    <message>
        <source>Directory not empty</source>
        <translation>文件夹不为空</translation>
    </message>
    <message>
        <source>Disk quota exceeded</source>
        <translation>超出磁盘配额</translation>
    </message>
    <message>
        <source>File exists</source>
        <translation>文件已存在</translation>
    </message>
    <message>
        <source>File name too long</source>
        <translation>文件名过长</translation>
    </message>
    <message>
        <source>File too large</source>
        <translation>文件过大</translation>
    </message>
    <message>
        <source>Input/output error</source>
        <translation>输入/输出错误</translation>
    </message>
    <message>
        <source>Is a directory</source>
        <translation>是文件夹</translation>
    </message>
    <message>
        <source>JSON of %1 bytes, at most %2 are read</source>
        <translation>JSON 共 %1 字节，最多只读取 %2 字节</translation>
    </message>
    <message>
        <source>No space left on device</source>
        <translation>设备上没有剩余空间</translation>
    </message>
    <message>
        <source>No such file or directory</source>
        <translation>没有该文件或文件夹</translation>
    </message>
    <message>
        <source>Not a directory</source>
        <translation>不是文件夹</translation>
    </message>
    <message>
        <source>Operation not permitted</source>
        <translation>操作不被允许</translation>
    </message>
    <message>
        <source>Permission denied</source>
        <translation>权限不足</translation>
    </message>
    <message>
        <source>Read-only file system</source>
        <translation>只读文件系统</translation>
    </message>
    <message>
        <source>Too many open files</source>
        <translation>打开的文件过多</translation>
    </message>
    <message>
        <source>a histogram needs at least one bin</source>
        <translation>直方图至少需要一个区间</translation>
    </message>
    <message>
        <source>a number in the sentencepiece model is too long</source>
        <translation>sentencepiece 模型中有一个数过长</translation>
    </message>
    <message>
        <source>a piece of the sentencepiece model is not UTF-8</source>
        <translation>sentencepiece 模型中有一个词元不是 UTF-8</translation>
    </message>
    <message>
        <source>check which models were given</source>
        <translation>请检查给出的是哪些模型</translation>
    </message>
    <message>
        <source>the modules that differ were excluded</source>
        <translation>有差异的模块已被排除</translation>
    </message>
    <message>
        <source>a prompt has no token</source>
        <translation>有一条提示词不含任何 token</translation>
    </message>
    <message>
        <source>a run at work can not be deleted</source>
        <translation>无法删除正在进行的运行</translation>
    </message>
    <message>
        <source>a tag needs at least one character</source>
        <translation>标签至少需要一个字符</translation>
    </message>
    <message>
        <source>add a model that has it</source>
        <translation>请添加一个含有它的模型</translation>
    </message>
    <message>
        <source>an entry of added_tokens has no content or no id</source>
        <translation>added_tokens 中有一项缺少内容或编号</translation>
    </message>
    <message>
        <source>another program kept the project locked for more than 5 seconds</source>
        <translation>另一个程序锁定该项目超过 5 秒</translation>
    </message>
    <message>
        <source>cancel it first</source>
        <translation>请先取消它</translation>
    </message>
    <message>
        <source>cannot create a temporary folder</source>
        <translation>无法创建临时文件夹</translation>
    </message>
    <message>
        <source>cannot create the file</source>
        <translation>无法创建文件</translation>
    </message>
    <message>
        <source>cannot create the folder</source>
        <translation>无法创建文件夹</translation>
    </message>
    <message>
        <source>cannot create the output&apos;s folder</source>
        <translation>无法创建输出文件夹</translation>
    </message>
    <message>
        <source>cannot flush to the disk</source>
        <translation>无法写入磁盘</translation>
    </message>
    <message>
        <source>cannot look at the file</source>
        <translation>无法查看文件</translation>
    </message>
    <message>
        <source>cannot make the project&apos;s folder</source>
        <translation>无法创建项目文件夹</translation>
    </message>
    <message>
        <source>cannot make the run&apos;s folder</source>
        <translation>无法创建运行文件夹</translation>
    </message>
    <message>
        <source>cannot map the file</source>
        <translation>无法映射文件</translation>
    </message>
    <message>
        <source>cannot open the file</source>
        <translation>无法打开文件</translation>
    </message>
    <message>
        <source>cannot read the file</source>
        <translation>无法读取文件</translation>
    </message>
    <message>
        <source>cannot rename %1</source>
        <translation>无法重命名 %1</translation>
    </message>
    <message>
        <source>cannot reserve %1 bytes</source>
        <translation>无法预留 %1 字节</translation>
    </message>
    <message>
        <source>cannot tell the worker</source>
        <translation>无法通知工作进程</translation>
    </message>
    <message>
        <source>cannot write</source>
        <translation>无法写入</translation>
    </message>
    <message>
        <source>cannot write the heartbeat</source>
        <translation>无法写入心跳文件</translation>
    </message>
    <message>
        <source>change a weight, or set normalize: false</source>
        <translation>请修改某个权重，或设置 normalize: false</translation>
    </message>
    <message>
        <source>change a weight, or set normalize_weights: false</source>
        <translation>请修改某个权重，或设置 normalize_weights: false</translation>
    </message>
    <message>
        <source>change the weights</source>
        <translation>请修改权重</translation>
    </message>
    <message>
        <source>check the disk</source>
        <translation>请检查磁盘</translation>
    </message>
    <message>
        <source>check the models for damage</source>
        <translation>请检查模型是否损坏</translation>
    </message>
    <message>
        <source>check the path, or create a project there first</source>
        <translation>请检查路径，或先在那里创建项目</translation>
    </message>
    <message>
        <source>check who may read and write there, or choose another folder</source>
        <translation>请检查该处的读写权限，或选择其他文件夹</translation>
    </message>
    <message>
        <source>check who may write to the folder, or choose another one</source>
        <translation>请检查文件夹的写入权限，或选择其他文件夹</translation>
    </message>
    <message>
        <source>choose another folder; the file was not changed</source>
        <translation>请选择其他文件夹；该文件未被改动</translation>
    </message>
    <message>
        <source>close other programs, or raise the limit of memory</source>
        <translation>请关闭其他程序，或提高内存上限</translation>
    </message>
    <message>
        <source>close that program or try again</source>
        <translation>请关闭该程序或重试</translation>
    </message>
    <message>
        <source>duplicate it instead</source>
        <translation>请改用复制</translation>
    </message>
    <message>
        <source>entry %1 of the vocabulary is not a piece with a score</source>
        <translation>词表的第 %1 项不是带分数的词元</translation>
    </message>
    <message>
        <source>free some space</source>
        <translation>请释放一些空间</translation>
    </message>
    <message>
        <source>give ids with spaces between them: &quot;1 15043 3186&quot;</source>
        <translation>请给出以空格分隔的编号：&quot;1 15043 3186&quot;</translation>
    </message>
    <message>
        <source>give more of the id, for example %1</source>
        <translation>请给出更完整的编号，例如 %1</translation>
    </message>
    <message>
        <source>give prompts that are not empty</source>
        <translation>请给出非空的提示词</translation>
    </message>
    <message>
        <source>has no tokenizer model</source>
        <translation>没有分词器模型</translation>
    </message>
    <message>
        <source>holds no sentencepiece pieces</source>
        <translation>不含 sentencepiece 词元</translation>
    </message>
    <message>
        <source>include at least one with --include-regex</source>
        <translation>请用 --include-regex 至少包含一层</translation>
    </message>
    <message>
        <source>is not UTF-8</source>
        <translation>不是 UTF-8</translation>
    </message>
    <message>
        <source>leave it out with --skip-undecomposable or --exclude-regex</source>
        <translation>请用 --skip-undecomposable 或 --exclude-regex 排除它</translation>
    </message>
    <message>
        <source>leave one of the models out, or use another method</source>
        <translation>请去掉其中一个模型，或换用其他方法</translation>
    </message>
    <message>
        <source>leave the models alone while they are in use, and run it again</source>
        <translation>使用期间请勿改动模型，然后重新运行</translation>
    </message>
    <message>
        <source>list the runs to see their ids</source>
        <translation>请列出运行以查看编号</translation>
    </message>
    <message>
        <source>merge models of the same architecture</source>
        <translation>请合并相同架构的模型</translation>
    </message>
    <message>
        <source>model_stock needs this tensor in at least two models besides the base</source>
        <translation>除基座外，model_stock 要求至少两个模型含有此张量</translation>
    </message>
    <message>
        <source>must be an object of tokens and ids</source>
        <translation>必须是由 token 和编号组成的对象</translation>
    </message>
    <message>
        <source>nested deeper than %1 levels</source>
        <translation>嵌套超过 %1 层</translation>
    </message>
    <message>
        <source>no linear layer is left for an adapter to change</source>
        <translation>没有可供适配器修改的线性层</translation>
    </message>
    <message>
        <source>not a sentencepiece model</source>
        <translation>不是 sentencepiece 模型</translation>
    </message>
    <message>
        <source>not enough memory for the project&apos;s database</source>
        <translation>内存不足，无法使用项目数据库</translation>
    </message>
    <message>
        <source>not valid JSON (%1)</source>
        <translation>JSON 无效（%1）</translation>
    </message>
    <message>
        <source>not valid JSON at byte %1</source>
        <translation>JSON 在第 %1 字节处无效</translation>
    </message>
    <message>
        <source>not valid JSON, %1</source>
        <translation>JSON 无效，%1</translation>
    </message>
    <message>
        <source>nuslerp needs this tensor in both models</source>
        <translation>nuslerp 要求两个模型都含有此张量</translation>
    </message>
    <message>
        <source>only a run that failed, was cancelled or was interrupted can be queued again</source>
        <translation>只有失败、已取消或中断的运行才能重新排队</translation>
    </message>
    <message>
        <source>queue it again, or start a new run without --run</source>
        <translation>请重新排队，或不带 --run 启动新的运行</translation>
    </message>
    <message>
        <source>raise the limit of open files</source>
        <translation>请提高打开文件数的上限</translation>
    </message>
    <message>
        <source>restore it from a copy, or choose another folder; it was not changed</source>
        <translation>请从备份恢复，或选择其他文件夹；该文件未被改动</translation>
    </message>
    <message>
        <source>runs have no field %1 to filter by</source>
        <translation>运行没有可供筛选的字段 %1</translation>
    </message>
    <message>
        <source>say where it goes</source>
        <translation>请指定输出位置</translation>
    </message>
    <message>
        <source>say where the merged model goes</source>
        <translation>请指定合并后模型的位置</translation>
    </message>
    <message>
        <source>the adapter has no output folder</source>
        <translation>适配器没有输出文件夹</translation>
    </message>
    <message>
        <source>the disk is full, the project could not be written</source>
        <translation>磁盘已满，无法写入项目</translation>
    </message>
    <message>
        <source>the file is larger than the %1 bytes that are read of such a file</source>
        <translation>文件过大，此类文件最多读取 %1 字节</translation>
    </message>
    <message>
        <source>the file system is read-only, choose another folder</source>
        <translation>文件系统为只读，请选择其他文件夹</translation>
    </message>
    <message>
        <source>the file system refused</source>
        <translation>文件系统拒绝了操作</translation>
    </message>
    <message>
        <source>the file was changed or cut short while it was read</source>
        <translation>读取过程中文件被改动或截断</translation>
    </message>
    <message>
        <source>the key &quot;%1&quot; appears twice</source>
        <translation>键 &quot;%1&quot; 重复出现</translation>
    </message>
    <message>
        <source>the line is not an event: it has no &quot;event&quot;</source>
        <translation>该行不是事件：缺少 &quot;event&quot;</translation>
    </message>
    <message>
        <source>the matrix holds values that are not finite</source>
        <translation>矩阵中含有非有限值</translation>
    </message>
    <message>
        <source>the merge has no output folder</source>
        <translation>合并没有输出文件夹</translation>
    </message>
    <message>
        <source>the message that this one follows is not in the conversation</source>
        <translation>此消息的上一条消息不在会话中</translation>
    </message>
    <message>
        <source>the model has no matrix of token embeddings</source>
        <translation>模型没有 token 嵌入矩阵</translation>
    </message>
    <message>
        <source>the models&apos; changes point in exactly opposite directions, so Model Stock has no solution</source>
        <translation>各模型的变化方向恰好相反，Model Stock 无解</translation>
    </message>
    <message>
        <source>the project can not be opened for writing (%1)</source>
        <translation>无法以写入方式打开项目（%1）</translation>
    </message>
    <message>
        <source>the project could not be read or written (%1)</source>
        <translation>无法读写项目（%1）</translation>
    </message>
    <message>
        <source>the project has a run %1 already</source>
        <translation>项目中已有运行 %1</translation>
    </message>
    <message>
        <source>the project has no conversation %1</source>
        <translation>项目中没有会话 %1</translation>
    </message>
    <message>
        <source>the project has no message %1</source>
        <translation>项目中没有消息 %1</translation>
    </message>
    <message>
        <source>the project has no run %1</source>
        <translation>项目中没有运行 %1</translation>
    </message>
    <message>
        <source>the sentencepiece model ends early</source>
        <translation>sentencepiece 模型提前结束</translation>
    </message>
    <message>
        <source>the token &quot;%1&quot; has no usable id</source>
        <translation>token &quot;%1&quot; 没有可用的编号</translation>
    </message>
    <message>
        <source>the tokenizer gives the id %1, the embedding has %2 rows</source>
        <translation>分词器给出编号 %1，而嵌入只有 %2 行</translation>
    </message>
    <message>
        <source>the tokenizer has no vocabulary</source>
        <translation>分词器没有词表</translation>
    </message>
    <message>
        <source>the two models do not differ, there is nothing to extract</source>
        <translation>两个模型没有差异，没有可提取的内容</translation>
    </message>
    <message>
        <source>the weighted directions of the models cancel out</source>
        <translation>各模型的加权方向相互抵消</translation>
    </message>
    <message>
        <source>the weights add up to 0, so the average can not be normalized</source>
        <translation>权重之和为 0，无法归一化平均值</translation>
    </message>
    <message>
        <source>the weights add up to 0, so they can not be normalized</source>
        <translation>权重之和为 0，无法归一化</translation>
    </message>
    <message>
        <source>there is no project in this folder</source>
        <translation>此文件夹中没有项目</translation>
    </message>
    <message>
        <source>there is no status %1</source>
        <translation>没有状态 %1</translation>
    </message>
    <message>
        <source>there is no such file</source>
        <translation>没有这个文件</translation>
    </message>
    <message>
        <source>there is no token</source>
        <translation>没有 token</translation>
    </message>
    <message>
        <source>this database belongs to another program</source>
        <translation>此数据库属于其他程序</translation>
    </message>
    <message>
        <source>this is a folder, a file is needed</source>
        <translation>这是文件夹，需要的是文件</translation>
    </message>
    <message>
        <source>this is not a regular file</source>
        <translation>这不是普通文件</translation>
    </message>
    <message>
        <source>this is not an intact project file (%1)</source>
        <translation>项目文件不完整（%1）</translation>
    </message>
    <message>
        <source>this project was written by a newer Crucible (its format is %1, this one knows %2)</source>
        <translation>此项目由更新版本的 Crucible 写入（其格式为 %1，当前版本支持 %2）</translation>
    </message>
    <message>
        <source>this run is not waiting to be started</source>
        <translation>此运行并未在等待启动</translation>
    </message>
    <message>
        <source>this tensor was changed, and an adapter can not hold it</source>
        <translation>此张量有改动，而适配器无法容纳它</translation>
    </message>
    <message>
        <source>update Crucible to open it; it was not changed</source>
        <translation>请更新 Crucible 后再打开；项目未被改动</translation>
    </message>
    <message>
        <source>use a base model whose tokenizer fits</source>
        <translation>请使用分词器匹配的基座模型</translation>
    </message>
    <message>
        <source>use id, kind, status, tag, name, note, recipe or output</source>
        <translation>请使用 id、kind、status、tag、name、note、recipe 或 output</translation>
    </message>
    <message>
        <source>use queued, running, paused, done, failed, cancelled or interrupted</source>
        <translation>请使用 queued、running、paused、done、failed、cancelled 或 interrupted</translation>
    </message>
    <message>
        <source>write to another disk, or raise the limit of a file&apos;s size</source>
        <translation>请写到其他磁盘，或提高文件大小的上限</translation>
    </message>
    <message>
        <source>the library can not be loaded: %1</source>
        <translation>无法加载该库：%1</translation>
    </message>
    <message>
        <source>choose auto, float32, bfloat16 or float16</source>
        <translation>请选择 auto、float32、bfloat16 或 float16</translation>
    </message>
    <message>
        <source>nothing is computed in float16 on %1</source>
        <translation>%1 上不支持以 float16 计算</translation>
    </message>
    <message>
        <source>choose auto, float32 or bfloat16, or a graphics card with --device cuda</source>
        <translation>请选择 auto、float32 或 bfloat16，或用 --device cuda 选择显卡</translation>
    </message>
    <message>
        <source>there is no device &quot;%1&quot;</source>
        <translation>没有名为“%1”的设备</translation>
    </message>
    <message>
        <source>choose cpu, cuda, cuda:N or torch</source>
        <translation>请选择 cpu、cuda、cuda:N 或 torch</translation>
    </message>
    <message>
        <source>this build computes on the processor alone</source>
        <translation>此版本只能用处理器计算</translation>
    </message>
    <message>
        <source>the library belongs to version %1, not to %2</source>
        <translation>该库属于版本 %1，而不是 %2</translation>
    </message>
    <message>
        <source>install both from one package</source>
        <translation>请从同一个安装包安装两者</translation>
    </message>
    <message>
        <source>there is no device %1 on this machine</source>
        <translation>这台机器上没有设备 %1</translation>
    </message>
    <message>
        <source>the memory of %1 is full</source>
        <translation>%1 的显存已满</translation>
    </message>
    <message>
        <source>LibTorch failed: %1</source>
        <translation>LibTorch 出错：%1</translation>
    </message>
    <message>
        <source>config.json does not say its model_type</source>
        <translation>config.json 没有写明 model_type</translation>
    </message>
    <message>
        <source>models of type %1 can not be written as GGUF</source>
        <translation>类型为 %1 的模型无法写成 GGUF</translation>
    </message>
    <message>
        <source>%1 in config.json must be %2, it is %3</source>
        <translation>config.json 中的 %1 必须是 %2，实际为 %3</translation>
    </message>
    <message>
        <source>config.json has no %1</source>
        <translation>config.json 中没有 %1</translation>
    </message>
    <message>
        <source>models of type %1 can not be run</source>
        <translation>无法运行类型为 %1 的模型</translation>
    </message>
    <message>
        <source>%1 can be reached from other machines</source>
        <translation>%1 可以从其他机器访问</translation>
    </message>
    <message>
        <source>give an --api-key, or listen on 127.0.0.1</source>
        <translation>请指定 --api-key，或监听 127.0.0.1</translation>
    </message>
    <message>
        <source>the server ended, since it could not accept connections</source>
        <translation>无法接受连接，服务器已结束</translation>
    </message>
    <message>
        <source>the server cannot listen there</source>
        <translation>服务器无法在该地址监听</translation>
    </message>
    <message>
        <source>another program may use this port; choose another one with --port, or 0 for any that is free</source>
        <translation>可能有其他程序占用了此端口；请用 --port 选择其他端口，或用 0 选择任意空闲端口</translation>
    </message>
    <message>
        <source>the added token %1 has %2 bytes, at most %3 are possible</source>
        <translation>添加的 token %1 有 %2 字节，最多允许 %3 字节</translation>
    </message>
    <message>
        <source>merge %1 speaks of &quot;%2&quot;, which is not in the vocabulary</source>
        <translation>合并规则 %1 提到“%2”，但词表中没有</translation>
    </message>
    <message>
        <source>the right side of merge %1 lacks the prefix &quot;%2&quot;</source>
        <translation>合并规则 %1 的右侧缺少前缀“%2”</translation>
    </message>
    <message>
        <source>the text holds &quot;%1&quot;, and the vocabulary lacks the token &quot;%2&quot; for what it does not know</source>
        <translation>文本包含“%1”，而词表中缺少表示未知内容的 token“%2”</translation>
    </message>
    <message>
        <source>complete the tokenizer&apos;s vocabulary</source>
        <translation>请补全分词器的词表</translation>
    </message>
    <message>
        <source>the compiled normalization rules claim %1 bytes of %2</source>
        <translation>编译的归一化规则声称占用 %2 字节中的 %1 字节</translation>
    </message>
    <message>
        <source>&quot;chat_template&quot; is neither a text nor a list of named texts</source>
        <translation>“chat_template”既不是文本，也不是带名称的文本列表</translation>
    </message>
    <message>
        <source>an entry of &quot;chat_template&quot; has no name or no text</source>
        <translation>“chat_template”中有一项缺少名称或文本</translation>
    </message>
    <message>
        <source>there is no such model or template</source>
        <translation>没有这样的模型或模板</translation>
    </message>
    <message>
        <source>there is no built-in chat template of that name</source>
        <translation>没有这个名称的内置对话模板</translation>
    </message>
    <message>
        <source>the messages are no list</source>
        <translation>messages 不是列表</translation>
    </message>
    <message>
        <source>write [{&quot;role&quot;: &quot;user&quot;, &quot;content&quot;: &quot;...&quot;}]</source>
        <translation>请写成 [{&quot;role&quot;: &quot;user&quot;, &quot;content&quot;: &quot;...&quot;}]</translation>
    </message>
    <message>
        <source>a message is no object</source>
        <translation>有一条消息不是对象</translation>
    </message>
    <message>
        <source>write {&quot;role&quot;: &quot;user&quot;, &quot;content&quot;: &quot;...&quot;}</source>
        <translation>请写成 {&quot;role&quot;: &quot;user&quot;, &quot;content&quot;: &quot;...&quot;}</translation>
    </message>
    <message>
        <source>a sequence of decoders lacks its list</source>
        <translation>解码器序列缺少列表</translation>
    </message>
    <message>
        <source>the decoder &quot;%1&quot; is not known</source>
        <translation>未知的解码器“%1”</translation>
    </message>
    <message>
        <source>the file has no vocabulary</source>
        <translation>文件中没有词表</translation>
    </message>
    <message>
        <source>use a GGUF file with tokenizer.ggml.tokens, or the model&apos;s tokenizer.json</source>
        <translation>请使用含有 tokenizer.ggml.tokens 的 GGUF 文件，或模型的 tokenizer.json</translation>
    </message>
    <message>
        <source>%1 tokens, %2 token types and %3 scores</source>
        <translation>有 %1 个 token、%2 个 token 类型和 %3 个分数</translation>
    </message>
    <message>
        <source>merge %1 is not two pieces</source>
        <translation>合并规则 %1 不是由两个词片组成</translation>
    </message>
    <message>
        <source>use the model&apos;s tokenizer.json or tokenizer.model</source>
        <translation>请使用模型的 tokenizer.json 或 tokenizer.model</translation>
    </message>
    <message>
        <source>the vocabulary has no merges</source>
        <translation>词表没有合并规则</translation>
    </message>
    <message>
        <source>vocabularies of the kind &quot;%1&quot; are not read</source>
        <translation>无法读取“%1”类型的词表</translation>
    </message>
    <message>
        <source>the model has no &quot;vocab&quot;</source>
        <translation>model 中没有“vocab”</translation>
    </message>
    <message>
        <source>&quot;vocab&quot; is to be an object, not %1</source>
        <translation>“vocab”应为对象，而不是 %1</translation>
    </message>
    <message>
        <source>the piece &quot;%1&quot; has no whole number for its id</source>
        <translation>词片“%1”的 id 不是整数</translation>
    </message>
    <message>
        <source>the BPE model has no list of &quot;merges&quot;</source>
        <translation>BPE 模型没有“merges”列表</translation>
    </message>
    <message>
        <source>&quot;vocab&quot; of a Unigram model is to be a list</source>
        <translation>Unigram 模型的“vocab”应为列表</translation>
    </message>
    <message>
        <source>piece %1 is not a text and a score</source>
        <translation>词片 %1 不是文本加分数</translation>
    </message>
    <message>
        <source>&quot;unk_id&quot; is %1, the vocabulary has %2 pieces</source>
        <translation>“unk_id”为 %1，而词表有 %2 个词片</translation>
    </message>
    <message>
        <source>the model &quot;%1&quot; is not known</source>
        <translation>未知的模型“%1”</translation>
    </message>
    <message>
        <source>there is no &quot;model&quot;</source>
        <translation>没有“model”</translation>
    </message>
    <message>
        <source>there is no such file or folder</source>
        <translation>没有这样的文件或文件夹</translation>
    </message>
    <message>
        <source>the folder has no tokenizer</source>
        <translation>文件夹中没有分词器</translation>
    </message>
    <message>
        <source>a tokenizer.json, tokenizer.model, *.tiktoken, vocab.json with merges.txt or vocab.txt is looked for</source>
        <translation>会查找 tokenizer.json、tokenizer.model、*.tiktoken、vocab.json 加 merges.txt，或 vocab.txt</translation>
    </message>
    <message>
        <source>the file is no tokenizer</source>
        <translation>该文件不是分词器</translation>
    </message>
    <message>
        <source>give a .json, .model, .tiktoken, .gguf or .txt file, or a folder</source>
        <translation>请指定 .json、.model、.tiktoken、.gguf 或 .txt 文件，或一个文件夹</translation>
    </message>
    <message>
        <source>&quot;precompiled_charsmap&quot; is no base64</source>
        <translation>“precompiled_charsmap”不是 base64</translation>
    </message>
    <message>
        <source>a sequence of normalizers lacks its list</source>
        <translation>归一化器序列缺少列表</translation>
    </message>
    <message>
        <source>the normalizer &quot;%1&quot; is not known</source>
        <translation>未知的归一化器“%1”</translation>
    </message>
    <message>
        <source>the post-processor names a token by something that is no id</source>
        <translation>后处理器指定的 token 不是有效的 id</translation>
    </message>
    <message>
        <source>the post-processor&apos;s &quot;%1&quot; is to be a token and its id</source>
        <translation>后处理器的“%1”应为 token 及其 id</translation>
    </message>
    <message>
        <source>the template for one text is missing</source>
        <translation>缺少单文本模板</translation>
    </message>
    <message>
        <source>the template names the token &quot;%1&quot; without saying its ids</source>
        <translation>模板提到 token“%1”，但没有给出其 id</translation>
    </message>
    <message>
        <source>a template that repeats its text is not supported</source>
        <translation>不支持重复文本的模板</translation>
    </message>
    <message>
        <source>a sequence of post-processors lacks its list</source>
        <translation>后处理器序列缺少列表</translation>
    </message>
    <message>
        <source>the post-processor &quot;%1&quot; is not known</source>
        <translation>未知的后处理器“%1”</translation>
    </message>
    <message>
        <source>there is no split behavior &quot;%1&quot;</source>
        <translation>没有“%1”这种切分方式</translation>
    </message>
    <message>
        <source>the &quot;replacement&quot; of Metaspace is to be one character</source>
        <translation>Metaspace 的“replacement”应为单个字符</translation>
    </message>
    <message>
        <source>there is no &quot;prepend_scheme&quot; &quot;%1&quot;</source>
        <translation>没有“prepend_scheme”“%1”</translation>
    </message>
    <message>
        <source>a sequence of pre-tokenizers lacks its list</source>
        <translation>预分词器序列缺少列表</translation>
    </message>
    <message>
        <source>the length of FixedLength is zero</source>
        <translation>FixedLength 的长度为零</translation>
    </message>
    <message>
        <source>the pre-tokenizer &quot;%1&quot; is not known</source>
        <translation>未知的预分词器“%1”</translation>
    </message>
    <message>
        <source>&quot;pattern&quot; holds neither &quot;String&quot; nor &quot;Regex&quot;</source>
        <translation>“pattern”既没有“String”也没有“Regex”</translation>
    </message>
    <message>
        <source>the regular expression %1 at byte %2</source>
        <translation>正则表达式 %1，位于第 %2 字节</translation>
    </message>
    <message>
        <source>the regular expression can not be used: %1</source>
        <translation>正则表达式无法使用：%1</translation>
    </message>
    <message>
        <source>the tokenizer&apos;s regular expression gave up on the text: %1</source>
        <translation>分词器的正则表达式无法处理该文本：%1</translation>
    </message>
    <message>
        <source>encode the text in parts, or check the tokenizer file</source>
        <translation>请分段编码文本，或检查分词器文件</translation>
    </message>
    <message>
        <source>a regular expression of %1 bytes is too long</source>
        <translation>%1 字节的正则表达式太长</translation>
    </message>
    <message>
        <source>models of words or of single characters are not supported</source>
        <translation>不支持按词或按单个字符的模型</translation>
    </message>
    <message>
        <source>the model has no piece for what it does not know</source>
        <translation>模型没有表示未知内容的词片</translation>
    </message>
    <message>
        <source>a field of the unknown wire type %1 at byte %2</source>
        <translation>第 %2 字节处有未知的 wire type %1</translation>
    </message>
    <message>
        <source>field %1 has the wire type %2, %3 is expected</source>
        <translation>字段 %1 的 wire type 为 %2，应为 %3</translation>
    </message>
    <message>
        <source>a number does not end at byte %1</source>
        <translation>第 %1 字节处的数字没有结束</translation>
    </message>
    <message>
        <source>a field of %1 bytes at byte %2, %3 are left</source>
        <translation>第 %2 字节处的字段有 %1 字节，而只剩 %3 字节</translation>
    </message>
    <message>
        <source>a piece of the unknown type %1</source>
        <translation>词片类型 %1 未知</translation>
    </message>
    <message>
        <source>a model of the unknown type %1</source>
        <translation>模型类型 %1 未知</translation>
    </message>
    <message>
        <source>line %1 is not a piece in base64 and its rank</source>
        <translation>第 %1 行不是 base64 词片加序号</translation>
    </message>
    <message>
        <source>line %1 gives the rank %2 a second time</source>
        <translation>第 %1 行重复给出了序号 %2</translation>
    </message>
    <message>
        <source>the file holds no ranks</source>
        <translation>文件中没有序号</translation>
    </message>
    <message>
        <source>the piece of rank %1 is there twice</source>
        <translation>序号 %1 的词片出现了两次</translation>
    </message>
    <message>
        <source>the byte %1 has no rank</source>
        <translation>字节 %1 没有序号</translation>
    </message>
    <message>
        <source>a text of %1 bytes is too long to encode at once</source>
        <translation>%1 字节的文本太长，无法一次编码</translation>
    </message>
    <message>
        <source>encode it in parts</source>
        <translation>请分段编码</translation>
    </message>
    <message>
        <source>the text is not valid UTF-8 at byte %1</source>
        <translation>文本在第 %1 字节处不是有效的 UTF-8</translation>
    </message>
    <message>
        <source>convert it to UTF-8 first</source>
        <translation>请先转换为 UTF-8</translation>
    </message>
    <message>
        <source>&quot;added_tokens_decoder&quot; has the entry &quot;%1&quot;, which is no id of a token</source>
        <translation>“added_tokens_decoder”中的“%1”不是 token 的 id</translation>
    </message>
    <message>
        <source>the text holds &quot;%1&quot;, and the vocabulary has no token for what it does not know</source>
        <translation>文本包含“%1”，而词表没有表示未知内容的 token</translation>
    </message>
    <message>
        <source>%1 is no id of a token</source>
        <translation>%1 不是 token 的 id</translation>
    </message>
    <message>
        <source>the word &quot;%1&quot; is not in the vocabulary, which has no token for what it does not know</source>
        <translation>词“%1”不在词表中，且词表没有表示未知内容的 token</translation>
    </message>
    <message>
        <source>the tokenizer&apos;s rules would make the text too long</source>
        <translation>分词器的规则会使文本变得太长</translation>
    </message>
    <message>
        <source>encode it in parts, or check the tokenizer&apos;s normalizer</source>
        <translation>请分段编码，或检查分词器的归一化器</translation>
    </message>
    <message>
        <source>download or copy the file again</source>
        <translation>请重新下载或复制该文件</translation>
    </message>
    <message>
        <source>closes a group that was never opened</source>
        <translation>关闭了从未打开的分组</translation>
    </message>
    <message>
        <source>nests groups too deep</source>
        <translation>分组嵌套太深</translation>
    </message>
    <message>
        <source>ends in the middle of an escape</source>
        <translation>在转义中间结束</translation>
    </message>
    <message>
        <source>does not close a brace</source>
        <translation>没有关闭花括号</translation>
    </message>
    <message>
        <source>nests classes too deep</source>
        <translation>字符类嵌套太深</translation>
    </message>
    <message>
        <source>does not close a class</source>
        <translation>没有关闭字符类</translation>
    </message>
    <message>
        <source>does not close a named class</source>
        <translation>没有关闭命名字符类</translation>
    </message>
    <message>
        <source>negates an intersection of classes, which is not supported,</source>
        <translation>对字符类的交集取反（不支持）</translation>
    </message>
    <message>
        <source>joins classes in a way that is not supported,</source>
        <translation>以不支持的方式组合字符类</translation>
    </message>
    <message>
        <source>the step of a slice is zero</source>
        <translation>切片的步长为零</translation>
    </message>
    <message>
        <source>separators are two texts, such as (&apos;,&apos;, &apos;:&apos;)</source>
        <translation>separators 应为两个文本，例如 (&apos;,&apos;, &apos;:&apos;)</translation>
    </message>
    <message>
        <source>urlencode takes a dict or pairs</source>
        <translation>urlencode 需要 dict 或键值对</translation>
    </message>
    <message>
        <source>the method of round is common, ceil or floor</source>
        <translation>round 的 method 只能是 common、ceil 或 floor</translation>
    </message>
    <message>
        <source>map needs the name of a filter, or attribute=</source>
        <translation>map 需要过滤器名称或 attribute=</translation>
    </message>
    <message>
        <source>the name of an attribute is missing</source>
        <translation>缺少属性名称</translation>
    </message>
    <message>
        <source>a chat template has to give the same text every time, so there is no random here</source>
        <translation>对话模板每次必须给出相同的文本，因此没有 random</translation>
    </message>
    <message>
        <source>make a list of it first, with the filter list</source>
        <translation>请先用过滤器 list 转为列表</translation>
    </message>
    <message>
        <source>dictsort sorts by &apos;key&apos; or by &apos;value&apos;</source>
        <translation>dictsort 按 &apos;key&apos; 或 &apos;value&apos; 排序</translation>
    </message>
    <message>
        <source>texts are not summed</source>
        <translation>文本不能求和</translation>
    </message>
    <message>
        <source>join them</source>
        <translation>请用 join 连接</translation>
    </message>
    <message>
        <source>a batch of that size is too long to be filled</source>
        <translation>这种大小的批次太长，无法填满</translation>
    </message>
    <message>
        <source>truncate needs a length of at least that of its end, and no negative leeway</source>
        <translation>truncate 的长度不能小于结尾的长度，leeway 不能为负</translation>
    </message>
    <message>
        <source>wordwrap needs a width of at least 1</source>
        <translation>wordwrap 的宽度至少为 1</translation>
    </message>
    <message>
        <source>format takes values or names with values, not both</source>
        <translation>format 只接受值，或只接受带名称的值，不能混用</translation>
    </message>
    <message>
        <source>the text has more % fields than there are values</source>
        <translation>文本中的 % 字段比值多</translation>
    </message>
    <message>
        <source>a % at the end of the text stands for nothing</source>
        <translation>文本末尾的 % 没有意义</translation>
    </message>
    <message>
        <source>%(name) fields need a dict of values</source>
        <translation>%(name) 字段需要由值组成的 dict</translation>
    </message>
    <message>
        <source>* takes a whole number for the width of a field</source>
        <translation>字段宽度的 * 需要整数</translation>
    </message>
    <message>
        <source>a % field at the end of the text is not complete</source>
        <translation>文本末尾的 % 字段不完整</translation>
    </message>
    <message>
        <source>%c needs one character or its code</source>
        <translation>%c 需要一个字符或其编码</translation>
    </message>
    <message>
        <source>there are more values than % fields in the text</source>
        <translation>值比文本中的 % 字段多</translation>
    </message>
    <message>
        <source>a single &apos;}&apos; in a format</source>
        <translation>格式中有单独的“}”</translation>
    </message>
    <message>
        <source>write &apos;}}&apos; for the character itself</source>
        <translation>要写该字符本身，请写 &apos;}}&apos;</translation>
    </message>
    <message>
        <source>a &apos;{&apos; in a format is never closed</source>
        <translation>格式中的“{”没有关闭</translation>
    </message>
    <message>
        <source>write &apos;{{&apos; for the character itself</source>
        <translation>要写该字符本身，请写 &apos;{{&apos;</translation>
    </message>
    <message>
        <source>a field within a field within a field</source>
        <translation>字段嵌套超过两层</translation>
    </message>
    <message>
        <source>after &apos;!&apos; comes r, s or a</source>
        <translation>“!”之后应为 r、s 或 a</translation>
    </message>
    <message>
        <source>a &apos;:&apos; is missing before the format of a field</source>
        <translation>字段格式之前缺少“:”</translation>
    </message>
    <message>
        <source>range needs whole numbers</source>
        <translation>range 需要整数</translation>
    </message>
    <message>
        <source>the step of a range is zero</source>
        <translation>range 的步长为零</translation>
    </message>
    <message>
        <source>there is nothing to cycle through</source>
        <translation>没有可以循环的内容</translation>
    </message>
    <message>
        <source>make it with namespace()</source>
        <translation>请用 namespace() 创建</translation>
    </message>
    <message>
        <source>a slice stands alone within its brackets</source>
        <translation>方括号中的切片必须单独出现</translation>
    </message>
    <message>
        <source>the names of arguments are texts</source>
        <translation>参数名称应为文本</translation>
    </message>
    <message>
        <source>this comment is never closed</source>
        <translation>注释没有关闭</translation>
    </message>
    <message>
        <source>end it with #}</source>
        <translation>请以 #} 结束</translation>
    </message>
    <message>
        <source>this raw block is never closed</source>
        <translation>raw 块没有关闭</translation>
    </message>
    <message>
        <source>end it with {% endraw %}</source>
        <translation>请以 {% endraw %} 结束</translation>
    </message>
    <message>
        <source>this block is never closed</source>
        <translation>块没有关闭</translation>
    </message>
    <message>
        <source>this expression is never closed</source>
        <translation>表达式没有关闭</translation>
    </message>
    <message>
        <source>end it with %}</source>
        <translation>请以 %} 结束</translation>
    </message>
    <message>
        <source>end it with }}</source>
        <translation>请以 }} 结束</translation>
    </message>
    <message>
        <source>this text is never closed</source>
        <translation>文本没有关闭</translation>
    </message>
    <message>
        <source>end it with the quotation mark that began it</source>
        <translation>请用开头的引号结束</translation>
    </message>
    <message>
        <source>this escape stands for no character</source>
        <translation>该转义不代表任何字符</translation>
    </message>
    <message>
        <source>characters can not be given by name here</source>
        <translation>此处不能用名称表示字符</translation>
    </message>
    <message>
        <source>write the character itself, or \u with its code</source>
        <translation>请写字符本身，或 \u 加其编码</translation>
    </message>
    <message>
        <source>this loop can not be called</source>
        <translation>此循环不能被调用</translation>
    </message>
    <message>
        <source>write &apos;recursive&apos; at the end of its for</source>
        <translation>请在 for 的末尾写上 &apos;recursive&apos;</translation>
    </message>
    <message>
        <source>a recursive loop is called with the items to go through, and nothing else</source>
        <translation>递归循环只能以要遍历的项调用</translation>
    </message>
    <message>
        <source>a tuple has no copy</source>
        <translation>tuple 没有 copy</translation>
    </message>
    <message>
        <source>a text can not be split at an empty separator</source>
        <translation>不能以空分隔符切分文本</translation>
    </message>
    <message>
        <source>the filter join takes anything</source>
        <translation>过滤器 join 可接受任何内容</translation>
    </message>
    <message>
        <source>a text is filled up with one character</source>
        <translation>填充文本只能用一个字符</translation>
    </message>
    <message>
        <source>a template has no bytes to encode a text into</source>
        <translation>模板中没有可供编码文本的字节类型</translation>
    </message>
    <message>
        <source>the text that is looked for is not there</source>
        <translation>找不到要查找的文本</translation>
    </message>
    <message>
        <source>find gives -1 then</source>
        <translation>find 此时返回 -1</translation>
    </message>
    <message>
        <source>a whole number beyond 64 bits</source>
        <translation>整数超出 64 位</translation>
    </message>
    <message>
        <source>division by zero</source>
        <translation>除数为零</translation>
    </message>
    <message>
        <source>a root of a negative number</source>
        <translation>负数没有平方根</translation>
    </message>
    <message>
        <source>the power is too large for a number</source>
        <translation>幂太大，无法用数表示</translation>
    </message>
    <message>
        <source>a parameter is one name</source>
        <translation>参数只能是一个名称</translation>
    </message>
    <message>
        <source>expected a call, such as {% call name() %}</source>
        <translation>应为调用，例如 {% call name() %}</translation>
    </message>
    <message>
        <source>autoescape can only be off here</source>
        <translation>此处 autoescape 只能关闭</translation>
    </message>
    <message>
        <source>use the filter escape where text has to be escaped</source>
        <translation>需要转义时请使用过滤器 escape</translation>
    </message>
    <message>
        <source>give parts of it a name with {% set %}</source>
        <translation>请用 {% set %} 为其中的部分命名</translation>
    </message>
    <message>
        <source>arguments come in this order: values, name=value, *list, **dict</source>
        <translation>参数的顺序为：值、name=value、*列表、**dict</translation>
    </message>
    <message>
        <source>tests can not be chained</source>
        <translation>测试不能串联</translation>
    </message>
    <message>
        <source>join them with &apos;and&apos;</source>
        <translation>请用 &apos;and&apos; 连接</translation>
    </message>
    <message>
        <source>a macro may be calling itself without end</source>
        <translation>宏可能在无限调用自身</translation>
    </message>
    <message>
        <source>install what it needs, or choose the processor (--device cpu)</source>
        <translation>请安装它所需的组件，或选择处理器（--device cpu）</translation>
    </message>
    <message>
        <source>choose the processor (--device cpu), or build Crucible with LibTorch</source>
        <translation>请选择处理器（--device cpu），或用 LibTorch 构建 Crucible</translation>
    </message>
    <message>
        <source>choose one that &quot;crucible-cli devices&quot; lists; in the window they stand under Settings, Jobs</source>
        <translation>请选择“crucible-cli devices”列出的设备；在窗口中可在设置的“任务”里选择</translation>
    </message>
    <message>
        <source>close what else uses it, shorten the context, or choose the processor (--device cpu)</source>
        <translation>请关闭占用它的其他程序、缩短上下文，或选择处理器（--device cpu）</translation>
    </message>
</context>
<context>
    <name>QObject</name>
    <message>
        <source>scalar</source>
        <translation>标量</translation>
    </message>
</context>
<context>
    <name>Sampling</name>
    <message>
        <source>DRY multiplier</source>
        <translation>DRY 倍数</translation>
    </message>
    <message>
        <source>What the shortest punished repetition costs; 0 turns DRY off, 0.8 is common</source>
        <translation>最短的受罚重复的代价；0 关闭 DRY，常用 0.8</translation>
    </message>
    <message>
        <source>DRY base</source>
        <translation>DRY 底数</translation>
    </message>
    <message>
        <source>By how much every further token makes a repetition more expensive</source>
        <translation>每多重复一个 token，代价乘以多少</translation>
    </message>
    <message>
        <source>DRY allowed length</source>
        <translation>DRY 允许长度</translation>
    </message>
    <message>
        <source>Repetitions shorter than this are free</source>
        <translation>短于此的重复不受罚</translation>
    </message>
    <message>
        <source>DRY window</source>
        <translation>DRY 窗口</translation>
    </message>
    <message>
        <source>How far back repetitions are looked for; -1: in the whole text</source>
        <translation>向前查找重复的范围；-1：全文</translation>
    </message>
    <message>
        <source>DRY sequence breakers</source>
        <translation>DRY 序列打断符</translation>
    </message>
    <message>
        <source>A JSON list of texts that no repetition reaches over: [&quot;\n&quot;, &quot;:&quot;, &quot;\&quot;&quot;, &quot;*&quot;]</source>
        <translation>重复不会跨越的文本，写成 JSON 列表：[&quot;\n&quot;, &quot;:&quot;, &quot;\&quot;&quot;, &quot;*&quot;]</translation>
    </message>
    <message>
        <source>DRY</source>
        <translation>DRY</translation>
    </message>
    <message>
        <source>Makes repetitions the more improbable the longer they are.</source>
        <translation>重复越长，概率越低。</translation>
    </message>
    <message>
        <source>Logit bias</source>
        <translation>Logit 偏置</translation>
    </message>
    <message>
        <source>Tokens by id or by their text, each with what is added to its logit, or &quot;ban&quot;: 15043=-2, 11=ban</source>
        <translation>以 id 或文本指定 token，并给出加到其 logit 上的值，或“ban”：15043=-2, 11=ban</translation>
    </message>
    <message>
        <source>Makes single tokens more or less probable, or forbids them.</source>
        <translation>提高或降低单个 token 的概率，或禁止它们。</translation>
    </message>
    <message>
        <source>Min-p</source>
        <translation>Min-p</translation>
    </message>
    <message>
        <source>Tokens less probable than this share of the most probable one go; 0 keeps all</source>
        <translation>去掉概率低于最高概率这一比例的 token；0 保留全部</translation>
    </message>
    <message>
        <source>Takes away what is improbable beside the best token; keeps its sense at high temperatures.</source>
        <translation>去掉与最佳 token 相比概率过低的；在高温度下仍保持连贯。</translation>
    </message>
    <message>
        <source>Mirostat 2</source>
        <translation>Mirostat 2</translation>
    </message>
    <message>
        <source>Hold the surprise of the text instead of using the other samplers</source>
        <translation>控制文本的惊奇度，而不使用其他采样器</translation>
    </message>
    <message>
        <source>Target surprise</source>
        <translation>目标惊奇度</translation>
    </message>
    <message>
        <source>How surprising a token shall be on average; lower is more coherent</source>
        <translation>每个 token 平均的惊奇度；越低越连贯</translation>
    </message>
    <message>
        <source>Learning rate</source>
        <translation>学习率</translation>
    </message>
    <message>
        <source>How fast the limit follows</source>
        <translation>界限跟随的快慢</translation>
    </message>
    <message>
        <source>Steers the surprise of the text; beside it only the temperature and logit biases work, unless an order is given.</source>
        <translation>调节文本的惊奇度；除非给出顺序，此时仅温度与 logit 偏置生效。</translation>
    </message>
    <message>
        <source>No-repeat n-gram</source>
        <translation>禁止重复 n-gram</translation>
    </message>
    <message>
        <source>Sequences of so many tokens occur only once; 0: as often as they like</source>
        <translation>这么多 token 的序列只出现一次；0：不限</translation>
    </message>
    <message>
        <source>Forbids to write the same sequence of tokens twice.</source>
        <translation>禁止两次写出相同的 token 序列。</translation>
    </message>
    <message>
        <source>Repetition penalty</source>
        <translation>重复惩罚</translation>
    </message>
    <message>
        <source>Tokens that occurred become so much less probable; 1 changes nothing</source>
        <translation>出现过的 token 概率降低的程度；1 表示不变</translation>
    </message>
    <message>
        <source>Presence penalty</source>
        <translation>存在惩罚</translation>
    </message>
    <message>
        <source>What a token&apos;s logit loses when it occurred</source>
        <translation>出现过的 token 的 logit 减去的值</translation>
    </message>
    <message>
        <source>Frequency penalty</source>
        <translation>频率惩罚</translation>
    </message>
    <message>
        <source>What a token&apos;s logit loses for every time that it occurred</source>
        <translation>token 每出现一次，其 logit 减去的值</translation>
    </message>
    <message>
        <source>Penalty window</source>
        <translation>惩罚窗口</translation>
    </message>
    <message>
        <source>How far back the penalties look; -1: over the whole text</source>
        <translation>惩罚向前看的范围；-1：全文</translation>
    </message>
    <message>
        <source>Penalties</source>
        <translation>惩罚</translation>
    </message>
    <message>
        <source>Makes tokens that occurred less probable.</source>
        <translation>降低出现过的 token 的概率。</translation>
    </message>
    <message>
        <source>Temperature</source>
        <translation>温度</translation>
    </message>
    <message>
        <source>Above 1 improbable tokens gain, below 1 probable ones; 0 always takes the most probable</source>
        <translation>高于 1 时低概率 token 受益，低于 1 时高概率 token 受益；0 总取概率最高者</translation>
    </message>
    <message>
        <source>Dynamic range</source>
        <translation>动态范围</translation>
    </message>
    <message>
        <source>The temperature varies by so much up and down with the entropy; 0 keeps it fixed</source>
        <translation>温度随熵上下浮动的幅度；0 表示固定</translation>
    </message>
    <message>
        <source>Dynamic exponent</source>
        <translation>动态指数</translation>
    </message>
    <message>
        <source>How the share of the entropy is bent before it sets the temperature</source>
        <translation>由熵的占比决定温度之前，对占比取的指数</translation>
    </message>
    <message>
        <source>How much is left to chance.</source>
        <translation>多少留给随机。</translation>
    </message>
    <message>
        <source>Top-k</source>
        <translation>Top-k</translation>
    </message>
    <message>
        <source>Only so many of the most probable tokens stay; 0 keeps all</source>
        <translation>只保留概率最高的这么多 token；0 保留全部</translation>
    </message>
    <message>
        <source>Keeps a fixed number of the most probable tokens.</source>
        <translation>保留固定数量的概率最高的 token。</translation>
    </message>
    <message>
        <source>Top-n-sigma</source>
        <translation>Top-n-sigma</translation>
    </message>
    <message>
        <source>Logits more standard deviations than this below the best one go; 0 keeps all</source>
        <translation>去掉比最高 logit 低这么多个标准差以上的；0 保留全部</translation>
    </message>
    <message>
        <source>Parts informative logits from noise by their standard deviation; what stays does not depend on the temperature.</source>
        <translation>用标准差把有信息的 logit 与噪声分开；保留哪些与温度无关。</translation>
    </message>
    <message>
        <source>Top-p</source>
        <translation>Top-p</translation>
    </message>
    <message>
        <source>The fewest tokens whose probabilities add up to this stay; 1 keeps all</source>
        <translation>保留概率之和达到此值的最少 token；1 保留全部</translation>
    </message>
    <message>
        <source>Keeps the nucleus of the distribution, few tokens where the model is sure and many where it is not.</source>
        <translation>保留分布的核心：模型确定时少，不确定时多。</translation>
    </message>
    <message>
        <source>Typical mass</source>
        <translation>典型质量</translation>
    </message>
    <message>
        <source>How much probability the tokens that stay have together; 1 keeps all</source>
        <translation>保留的 token 的概率总和；1 保留全部</translation>
    </message>
    <message>
        <source>Typical</source>
        <translation>典型采样</translation>
    </message>
    <message>
        <source>Keeps tokens that are about as surprising as the model expects the next one to be.</source>
        <translation>保留惊奇度接近模型预期的 token。</translation>
    </message>
    <message>
        <source>XTC probability</source>
        <translation>XTC 概率</translation>
    </message>
    <message>
        <source>How often top choices are excluded; 0 never</source>
        <translation>排除首选的频率；0 表示从不</translation>
    </message>
    <message>
        <source>XTC threshold</source>
        <translation>XTC 阈值</translation>
    </message>
    <message>
        <source>What is at least so probable counts as a top choice; above 0.5 there are never two</source>
        <translation>概率不低于此值的算作首选；高于 0.5 时不会有两个</translation>
    </message>
    <message>
        <source>XTC</source>
        <translation>XTC</translation>
    </message>
    <message>
        <source>Now and then takes the most probable tokens away, so that stories leave the beaten path.</source>
        <translation>不时去掉概率最高的 token，使故事跳出套路。</translation>
    </message>
    <message>
        <source>Order of samplers</source>
        <translation>采样器顺序</translation>
    </message>
    <message>
        <source>Names with semicolons between them; what is not named does not work</source>
        <translation>以分号分隔的名称；未列出的不生效</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>The same seed gives the same text; without one every text is another</source>
        <translation>相同的种子给出相同的文本；不设则每次不同</translation>
    </message>
    <message>
        <source>Balanced</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>The defaults: those of llama.cpp</source>
        <translation>默认设置，与 llama.cpp 相同</translation>
    </message>
    <message>
        <source>Greedy</source>
        <translation>贪心</translation>
    </message>
    <message>
        <source>Always the most probable token</source>
        <translation>总取概率最高的 token</translation>
    </message>
    <message>
        <source>Precise</source>
        <translation>精确</translation>
    </message>
    <message>
        <source>Little chance: for facts and for code</source>
        <translation>随机性小：用于事实与代码</translation>
    </message>
    <message>
        <source>Creative</source>
        <translation>创意</translation>
    </message>
    <message>
        <source>Much chance without nonsense: for stories</source>
        <translation>随机性大但不胡言：用于故事</translation>
    </message>
    <message>
        <source>Unfiltered</source>
        <translation>不过滤</translation>
    </message>
    <message>
        <source>The distribution as the model gives it</source>
        <translation>模型给出的原始分布</translation>
    </message>
    <message>
        <source>Order of transformers</source>
        <translation>transformers 的顺序</translation>
    </message>
    <message>
        <source>Temperature first, then top-k and top-p, penalties over the whole text</source>
        <translation>先温度，再 top-k 与 top-p，惩罚覆盖全文</translation>
    </message>
</context>
<context>
    <name>SmokeTest</name>
    <message>
        <source>It can not be loaded: %1</source>
        <translation>无法加载：%1</translation>
    </message>
    <message>
        <source>It loads in %1.</source>
        <translation>可以加载，用时 %1。</translation>
    </message>
    <message>
        <source>It stopped working: %1</source>
        <translation>中途停止工作：%1</translation>
    </message>
    <message>
        <source>It has no tokenizer, so no text can be tried.</source>
        <translation>没有分词器，因此无法试用文本。</translation>
    </message>
    <message>
        <source>It writes, at %1.</source>
        <translation>可以生成文本，速度 %1。</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <translation>%1 %2</translation>
    </message>
    <message>
        <source>Its perplexity on a short text is %1.</source>
        <translation>在一小段文本上的困惑度为 %1。</translation>
    </message>
    <message>
        <source>Its perplexity on a short text is %1, far worse than its parents&apos; (%2). The merge may have damaged it.</source>
        <translation>在一小段文本上的困惑度为 %1，远差于其来源模型（%2）。合并可能损坏了它。</translation>
    </message>
    <message>
        <source>Its perplexity on a short text is %1, like its parents&apos; (%2).</source>
        <translation>在一小段文本上的困惑度为 %1，与其来源模型（%2）相近。</translation>
    </message>
    <message>
        <source>It gives no usable probabilities for a plain text.</source>
        <translation>对普通文本给不出可用的概率。</translation>
    </message>
    <message>
        <source>Its chat template works.</source>
        <translation>对话模板可用。</translation>
    </message>
    <message>
        <source>Its chat template does not work: %1</source>
        <translation>对话模板不可用：%1</translation>
    </message>
    <message>
        <source>It has no chat template.</source>
        <translation>没有对话模板。</translation>
    </message>
</context>
<context>
    <name>Unit</name>
    <message>
        <source>tokens</source>
        <translation>token</translation>
    </message>
    <message>
        <source>bits</source>
        <translation>比特</translation>
    </message>
</context>
<context>
    <name>Units</name>
    <message>
        <source>%1 ± %2 (n = %3)</source>
        <translation>%1 ± %2（n = %3）</translation>
    </message>
    <message>
        <source>s</source>
        <translation>秒</translation>
    </message>
    <message>
        <source>min</source>
        <translation>分</translation>
    </message>
    <message>
        <source>h</source>
        <translation>小时</translation>
    </message>
    <message>
        <source>ms</source>
        <translation>毫秒</translation>
    </message>
</context>
<context>
    <name>crucible::widgets::CommandPalette</name>
    <message>
        <source>Find an action, model or run</source>
        <translation>查找操作、模型或运行</translation>
    </message>
    <message>
        <source>Matches</source>
        <translation>匹配结果</translation>
    </message>
</context>
<context>
    <name>crucible::widgets::CurveEditor</name>
    <message>
        <source>Curve over the layers</source>
        <translation>逐层曲线</translation>
    </message>
    <message>
        <source>%1 along the layers</source>
        <translation>%1 随层变化</translation>
    </message>
    <message>
        <source>%1, layer %2, value %3</source>
        <translation>%1，第 %2 层，值 %3</translation>
    </message>
    <message>
        <source>Add a point</source>
        <translation>添加点</translation>
    </message>
    <message>
        <source>Remove this point</source>
        <translation>移除此点</translation>
    </message>
    <message>
        <source>Make it a curve</source>
        <translation>改为曲线</translation>
    </message>
    <message>
        <source>Make it a constant</source>
        <translation>改为常数</translation>
    </message>
    <message>
        <source>Mirror left to right</source>
        <translation>左右翻转</translation>
    </message>
    <message>
        <source>layer %1</source>
        <translation>第 %1 层</translation>
    </message>
    <message>
        <source>%1, all layers</source>
        <translation>%1，所有层</translation>
    </message>
    <message>
        <source>%1, layer %2</source>
        <translation>%1，第 %2 层</translation>
    </message>
</context>
<context>
    <name>crucible::widgets::DataTable</name>
    <message>
        <source>Fit widths to contents</source>
        <translation>列宽适应内容</translation>
    </message>
    <message>
        <source>Copy as text</source>
        <translation>复制为文本</translation>
    </message>
    <message>
        <source>Copy as Markdown</source>
        <translation>复制为 Markdown</translation>
    </message>
    <message>
        <source>Columns</source>
        <translation>列</translation>
    </message>
</context>
<context>
    <name>crucible::widgets::HeatMap</name>
    <message>
        <source>Heat map by layer</source>
        <translation>逐层热图</translation>
    </message>
    <message>
        <source>%1, layer %2</source>
        <translation>%1，第 %2 层</translation>
    </message>
    <message>
        <source>not in both models</source>
        <translation>并非两个模型都有</translation>
    </message>
</context>
<context>
    <name>crucible::widgets::HistogramView</name>
    <message>
        <source>Histogram</source>
        <translation>直方图</translation>
    </message>
    <message>
        <source>%1 to %2</source>
        <translation>%1 至 %2</translation>
    </message>
    <message>
        <source>Bin %1: %2 values</source>
        <translation>区间 %1：%2 个值</translation>
    </message>
</context>
<context>
    <name>crucible::widgets::InlineMessage</name>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>crucible::widgets::LayerStackEditor</name>
    <message>
        <source>Slice stack</source>
        <translation>切片堆叠</translation>
    </message>
    <message>
        <source>Slice %1 of %2: %3, layers %4 to %5</source>
        <translation>第 %1 个切片，共 %2 个：%3，第 %4 至 %5 层</translation>
    </message>
    <message>
        <source>no model</source>
        <translation>无模型</translation>
    </message>
    <message>
        <source>Split at layer %1</source>
        <translation>在第 %1 层拆分</translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Add layers of %1</source>
        <translation>添加 %1 的层</translation>
    </message>
    <message numerus="yes">
        <source>%n layers in all</source>
        <translation>
            <numerusform>共 %n 层</numerusform>
        </translation>
    </message>
    <message>
        <source>Model %1</source>
        <translation>模型 %1</translation>
    </message>
    <message>
        <source>layer %1</source>
        <translation>第 %1 层</translation>
    </message>
    <message numerus="yes">
        <source>layers %1 to %2 · %n layers</source>
        <translation>
            <numerusform>第 %1 至 %2 层 · %n 层</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crucible::widgets::LineageView</name>
    <message>
        <source>Lineage</source>
        <translation>谱系</translation>
    </message>
</context>
<context>
    <name>crucible::widgets::LogView</name>
    <message>
        <source>Everything</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Information</source>
        <translation>信息及以上</translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation>警告及以上</translation>
    </message>
    <message>
        <source>Errors</source>
        <translation>仅错误</translation>
    </message>
    <message>
        <source>Least level shown</source>
        <translation>显示的最低级别</translation>
    </message>
    <message>
        <source>Filter the log</source>
        <translation>筛选日志</translation>
    </message>
    <message>
        <source>Follow the end of the log</source>
        <translation>跟随日志末尾</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>detail</source>
        <translation>细节</translation>
    </message>
    <message>
        <source>info</source>
        <translation>信息</translation>
    </message>
    <message>
        <source>warning</source>
        <translation>警告</translation>
    </message>
    <message>
        <source>error</source>
        <translation>错误</translation>
    </message>
</context>
<context>
    <name>crucible::widgets::MetricPlot</name>
    <message>
        <source>Chart</source>
        <translation>图表</translation>
    </message>
    <message>
        <source>x</source>
        <translation>x</translation>
    </message>
    <message>
        <source>series</source>
        <translation>序列</translation>
    </message>
    <message>
        <source>value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>Show everything</source>
        <translation>显示全部</translation>
    </message>
    <message>
        <source>Show as a table…</source>
        <translation>以表格显示…</translation>
    </message>
    <message>
        <source>Save the chart</source>
        <translation>保存图表</translation>
    </message>
    <message>
        <source>%1 could not be written. Choose another folder.</source>
        <translation>无法写入 %1。请选择其他文件夹。</translation>
    </message>
    <message>
        <source>Save as PNG…</source>
        <translation>保存为 PNG…</translation>
    </message>
    <message>
        <source>PNG picture (*.png)</source>
        <translation>PNG 图片 (*.png)</translation>
    </message>
    <message>
        <source>Save as SVG…</source>
        <translation>保存为 SVG…</translation>
    </message>
    <message>
        <source>SVG drawing (*.svg)</source>
        <translation>SVG 图形 (*.svg)</translation>
    </message>
    <message>
        <source>Save the values as CSV…</source>
        <translation>将数值保存为 CSV…</translation>
    </message>
    <message>
        <source>Comma-separated values (*.csv)</source>
        <translation>逗号分隔值 (*.csv)</translation>
    </message>
</context>
<context>
    <name>crucible::widgets::ModeBar</name>
    <message>
        <source>Modes</source>
        <translation>模式</translation>
    </message>
</context>
<context>
    <name>crucible::widgets::SchemaForm</name>
    <message>
        <source>Between %1 and %2.</source>
        <translation>介于 %1 与 %2 之间。</translation>
    </message>
    <message>
        <source>At least %1.</source>
        <translation>不小于 %1。</translation>
    </message>
    <message>
        <source>At most %1.</source>
        <translation>不大于 %1。</translation>
    </message>
    <message>
        <source>needed</source>
        <translation>必填</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Draw %1 along the layers</source>
        <translation>绘制 %1 的逐层曲线</translation>
    </message>
    <message>
        <source>Back to the default of %1</source>
        <translation>恢复 %1 的默认值</translation>
    </message>
    <message>
        <source>Write a number, or several with commas between them.</source>
        <translation>请输入一个数字，或用逗号分隔的多个数字。</translation>
    </message>
    <message>
        <source>Write a whole number.</source>
        <translation>请输入整数。</translation>
    </message>
    <message>
        <source>Write a number.</source>
        <translation>请输入数字。</translation>
    </message>
</context>
<context>
    <name>crucible::widgets::SliderField</name>
    <message>
        <source>%1, slider</source>
        <translation>%1，滑块</translation>
    </message>
</context>
<context>
    <name>crucible::widgets::Sparkline</name>
    <message>
        <source>Course of the value</source>
        <translation>数值走势</translation>
    </message>
</context>
<context>
    <name>crucible::widgets::YamlEditor</name>
    <message>
        <source>Recipe as YAML</source>
        <translation>YAML 配方</translation>
    </message>
    <message>
        <source>Find</source>
        <translation>查找</translation>
    </message>
    <message>
        <source>Find in the text</source>
        <translation>在文本中查找</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::AboutDialog</name>
    <message>
        <source>About Crucible</source>
        <translation>关于 Crucible</translation>
    </message>
    <message>
        <source>Makes language models out of other language models, shows what a merge will do before it is done, and remembers every run.</source>
        <translation>用已有的语言模型合成新的语言模型；合并之前就能看到结果会怎样，并记录每一次运行。</translation>
    </message>
    <message>
        <source>Free software under the GNU General Public License, version 3 or later. Built with Qt %1, QCustomPlot, SQLite, yaml-cpp, nlohmann-json, Highway, libzip and fmt.</source>
        <translation>自由软件，依 GNU 通用公共许可证第 3 版或更新版本发布。基于 Qt %1、QCustomPlot、SQLite、yaml-cpp、nlohmann-json、Highway、libzip 和 fmt 构建。</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::AlternativesView</name>
    <message>
        <source>Likeliest tokens: %1</source>
        <translation>最可能的 token：%1</translation>
    </message>
    <message>
        <source>Point at a token of an answer, or move the cursor through it, to see what else the model thought of.</source>
        <translation>把指针移到回答中的某个 token 上，或用光标逐个移动，即可看到模型还考虑了什么。</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::ColumnView</name>
    <message>
        <source>Remove this column</source>
        <translation>移除此列</translation>
    </message>
    <message>
        <source>Remove column %1</source>
        <translation>移除第 %1 列</translation>
    </message>
    <message>
        <source>Loading the model</source>
        <translation>正在加载模型</translation>
    </message>
    <message>
        <source>Choose a model…</source>
        <translation>选择模型…</translation>
    </message>
    <message>
        <source>Choose the model to talk to</source>
        <translation>选择要对话的模型</translation>
    </message>
    <message>
        <source>Model of column %1: %2</source>
        <translation>第 %1 列的模型：%2</translation>
    </message>
    <message>
        <source>Restart</source>
        <translation>重新启动</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>loading…</source>
        <translation>正在加载…</translation>
    </message>
    <message>
        <source>loading: %1</source>
        <translation>正在加载：%1</translation>
    </message>
    <message>
        <source>loaded when it is asked</source>
        <translation>提问时再加载</translation>
    </message>
    <message>
        <source>first token %1</source>
        <translation>首个 token %1</translation>
    </message>
    <message>
        <source>This model has no chat template</source>
        <translation>此模型没有对话模板</translation>
    </message>
    <message>
        <source>It was made to go on with texts. To chat with it all the same, choose a template under Prompt.</source>
        <translation>它是用来续写文本的。如果仍想与它对话，请在“提示词”中选择一个模板。</translation>
    </message>
    <message>
        <source>Complete texts</source>
        <translation>续写文本</translation>
    </message>
    <message>
        <source>Say something</source>
        <translation>说点什么</translation>
    </message>
    <message>
        <source>Talk to a model</source>
        <translation>与模型对话</translation>
    </message>
    <message>
        <source>The answer is written here token by token. Point at a token to see what else the model thought of.</source>
        <translation>回答会在这里逐个 token 写出。把指针移到某个 token 上，可以看到模型还考虑了什么。</translation>
    </message>
    <message>
        <source>Choose a model folder, the result of a run, an adapter or a .gguf file. You can also drop one here.</source>
        <translation>选择模型文件夹、某次运行的结果、适配器或 .gguf 文件，也可以把它拖放到这里。</translation>
    </message>
    <message>
        <source>Begin a text</source>
        <translation>写个开头</translation>
    </message>
    <message>
        <source>Let a model go on</source>
        <translation>让模型续写</translation>
    </message>
    <message>
        <source>The model goes on from exactly what you write, without a template.</source>
        <translation>模型严格从所写的内容接着写，不使用模板。</translation>
    </message>
    <message>
        <source>Measure a text</source>
        <translation>测量一段文本</translation>
    </message>
    <message>
        <source>See what surprises a model</source>
        <translation>看看什么会让模型意外</translation>
    </message>
    <message>
        <source>Each token is shaded by how little the model expected it; loss and perplexity stand below.</source>
        <translation>模型越没有预料到的 token 颜色越深；损失和困惑度显示在下方。</translation>
    </message>
    <message>
        <source>Press to choose another</source>
        <translation>点击可另选一个</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::ComparePanel</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>How alike the two models are</source>
        <translation>两个模型的相似度</translation>
    </message>
    <message>
        <source>The other model</source>
        <translation>另一个模型</translation>
    </message>
    <message>
        <source>cosine</source>
        <translation>余弦相似度</translation>
    </message>
    <message>
        <source>relative difference</source>
        <translation>相对差异</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>度量</translation>
    </message>
    <message>
        <source>Progress of the comparison</source>
        <translation>比较进度</translation>
    </message>
    <message>
        <source>Measure by layer and kind of tensor</source>
        <translation>按层和张量类型的度量</translation>
    </message>
    <message>
        <source>Choose another model to see, layer by layer, how far its weights are from this one.</source>
        <translation>选择另一个模型，逐层查看它的权重与当前模型相差多远。</translation>
    </message>
    <message>
        <source>Tensors compared</source>
        <translation>已比较的张量</translation>
    </message>
    <message>
        <source>Every tensor with its cosine, relative difference and norms appears here.</source>
        <translation>每个张量的余弦相似度、相对差异和范数会显示在这里。</translation>
    </message>
    <message>
        <source>Tensor by tensor</source>
        <translation>逐张量</translation>
    </message>
    <message>
        <source>Compare with…</source>
        <translation>选择比较对象…</translation>
    </message>
    <message>
        <source>tensor</source>
        <translation>张量</translation>
    </message>
    <message>
        <source>norm here</source>
        <translation>当前范数</translation>
    </message>
    <message>
        <source>norm there</source>
        <translation>对方范数</translation>
    </message>
    <message>
        <source>other shape</source>
        <translation>形状不同</translation>
    </message>
    <message>
        <source>only here</source>
        <translation>仅当前模型有</translation>
    </message>
    <message>
        <source>only there</source>
        <translation>仅对方有</translation>
    </message>
    <message>
        <source>The two models have no layers in common.</source>
        <translation>两个模型没有共同的层。</translation>
    </message>
    <message>
        <source>%1 of %2 tensors are identical · overall %3</source>
        <translation>%2 个张量中 %1 个相同 · 总体 %3</translation>
    </message>
    <message>
        <source>difference</source>
        <translation>差异</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::Composer</name>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop the answer (Escape)</source>
        <translation>停止回答（Esc）</translation>
    </message>
    <message>
        <source>Message</source>
        <translation>消息</translation>
    </message>
    <message>
        <source>Text to go on from</source>
        <translation>要续写的文本</translation>
    </message>
    <message>
        <source>Text to measure</source>
        <translation>要测量的文本</translation>
    </message>
    <message>
        <source>Write a message. Enter sends it, Shift+Enter begins a line.</source>
        <translation>输入消息。Enter 发送，Shift+Enter 换行。</translation>
    </message>
    <message>
        <source>Write the beginning of a text. Ctrl+Enter lets the model go on.</source>
        <translation>写下文本的开头。按 Ctrl+Enter 让模型续写。</translation>
    </message>
    <message>
        <source>Paste a text to see what in it surprises the model. Ctrl+Enter measures it.</source>
        <translation>粘贴一段文本，看看其中什么让模型意外。按 Ctrl+Enter 测量。</translation>
    </message>
    <message>
        <source>Send</source>
        <translation>发送</translation>
    </message>
    <message>
        <source>Complete</source>
        <translation>续写</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>context %1 of %2 tokens</source>
        <translation>上下文 %1 / %2 个 token</translation>
    </message>
    <message>
        <source>%1 so far, %2 in what is being written</source>
        <translation>已用 %1，正在输入的内容占 %2</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::ConversationList</name>
    <message>
        <source>Conversations</source>
        <translation>会话</translation>
    </message>
    <message>
        <source>No conversations yet</source>
        <translation>还没有会话</translation>
    </message>
    <message>
        <source>What you say and what models answer is kept in the project, with how it was made.</source>
        <translation>所说的话和模型的回答都保存在项目中，并记录生成方式。</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新会话</translation>
    </message>
    <message>
        <source>Find words</source>
        <translation>查找内容</translation>
    </message>
    <message>
        <source>Find a conversation</source>
        <translation>查找会话</translation>
    </message>
    <message>
        <source>Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>Nothing found</source>
        <translation>没有找到</translation>
    </message>
    <message>
        <source>No title and no message has these words.</source>
        <translation>没有标题或消息包含这些字词。</translation>
    </message>
    <message>
        <source>“%1” is in the bin.</source>
        <translation>“%1”已移到回收站。</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Rename</source>
        <translation>重命名</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::DockTitle</name>
    <message>
        <source>Close %1</source>
        <translation>关闭“%1”</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::EntropyChart</name>
    <message>
        <source>Entropy along the text</source>
        <translation>文本各处的熵</translation>
    </message>
    <message>
        <source>How unsure the model was at each token appears here.</source>
        <translation>这里显示模型在每个 token 上有多不确定。</translation>
    </message>
    <message>
        <source>Show as a table</source>
        <translation>以表格显示</translation>
    </message>
    <message>
        <source>token</source>
        <translation>token</translation>
    </message>
    <message>
        <source>text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>entropy (bits)</source>
        <translation>熵（比特）</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::FrameHere</name>
    <message>
        <source>New project: choose its folder</source>
        <translation>新建项目：选择文件夹</translation>
    </message>
    <message>
        <source>my project</source>
        <translation>我的项目</translation>
    </message>
    <message>
        <source>The project could not be created.</source>
        <translation>无法创建项目。</translation>
    </message>
    <message>
        <source>Open project: choose its folder</source>
        <translation>打开项目：选择文件夹</translation>
    </message>
    <message>
        <source>The project %1 could not be opened.</source>
        <translation>项目 %1 无法打开。</translation>
    </message>
    <message>
        <source>Preparing the sample: four small models and recipes that merge them.</source>
        <translation>正在准备示例：四个小模型和合并它们的配方。</translation>
    </message>
    <message>
        <source>The sample could not be prepared.</source>
        <translation>无法准备示例。</translation>
    </message>
    <message>
        <source>The sample could not be opened.</source>
        <translation>无法打开示例。</translation>
    </message>
    <message>
        <source>The sample is open. Its models are on the Models page; a recipe waits on the Merge page.</source>
        <translation>示例已打开。模型在“模型”页，“合并”页里已有一份配方。</translation>
    </message>
    <message>
        <source>Add a folder with models</source>
        <translation>添加存放模型的文件夹</translation>
    </message>
    <message>
        <source>There is no project to keep the run in, and none could be created.</source>
        <translation>没有可以保存这次运行的项目，也无法新建。</translation>
    </message>
    <message>
        <source>Choose File, New project for another.</source>
        <translation>要用别的项目，请选“文件”中的“新建项目”。</translation>
    </message>
    <message>
        <source>What you make is kept in the project %1.</source>
        <translation>所做的一切都保存在项目 %1 中。</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::HelpViewer</name>
    <message>
        <source>Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>Topics</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Help text</source>
        <translation>帮助正文</translation>
    </message>
    <message>
        <source>This build has no help pages.</source>
        <translation>此版本不含帮助页面。</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::HomePage</name>
    <message>
        <source>Recent projects</source>
        <translation>最近的项目</translation>
    </message>
    <message>
        <source>Recent runs</source>
        <translation>最近的运行</translation>
    </message>
    <message>
        <source>Make a language model out of models you have</source>
        <translation>用已有的模型合成新的语言模型</translation>
    </message>
    <message>
        <source>Crucible merges models from folders on this computer, tells before it starts whether the merge can work and what it costs, and remembers every run so that you can find, compare and repeat it.</source>
        <translation>Crucible 合并本机文件夹中的模型，开始之前就告诉你能否成功、代价多大，并记录每一次运行，方便日后查找、比较和重复。</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>New merge</source>
        <translation>新建合并</translation>
    </message>
    <message>
        <source>Add models</source>
        <translation>添加模型</translation>
    </message>
    <message>
        <source>A folder with models; Hugging Face caches too</source>
        <translation>存放模型的文件夹，也可以是 Hugging Face 缓存</translation>
    </message>
    <message>
        <source>New project</source>
        <translation>新建项目</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>打开项目</translation>
    </message>
    <message>
        <source>Go on where you or somebody else stopped</source>
        <translation>从自己或他人停下的地方继续</translation>
    </message>
    <message>
        <source>Try the sample</source>
        <translation>试用示例</translation>
    </message>
    <message>
        <source>You can also drop model folders, projects and recipes anywhere on this window.</source>
        <translation>也可以把模型文件夹、项目或配方拖到窗口的任意位置。</translation>
    </message>
    <message>
        <source>Projects that you create or open are listed here.</source>
        <translation>创建或打开过的项目会列在这里。</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>缺失</translation>
    </message>
    <message>
        <source>open</source>
        <translation>已打开</translation>
    </message>
    <message>
        <source>No runs yet</source>
        <translation>还没有运行记录</translation>
    </message>
    <message>
        <source>No project is open</source>
        <translation>未打开项目</translation>
    </message>
    <message>
        <source>Every merge you run appears here with its recipe, its curves and what it made.</source>
        <translation>每次合并都会连同配方、曲线和产物出现在这里。</translation>
    </message>
    <message>
        <source>A project keeps your runs. Create or open one, or try the sample.</source>
        <translation>运行记录保存在项目里。请创建或打开一个项目，或试用示例。</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>Keeps recipes, runs and results together</source>
        <translation>把配方、运行和结果放在一起</translation>
    </message>
    <message>
        <source>Small models and recipes, made on the spot</source>
        <translation>当场生成的小模型和配方</translation>
    </message>
    <message>
        <source>Talk to a model</source>
        <translation>与模型对话</translation>
    </message>
    <message>
        <source>Chat, look into its tokens, compare up to four</source>
        <translation>对话、查看 token、最多并排比较四个</translation>
    </message>
    <message>
        <source>Choose models, see the plan, run it</source>
        <translation>选择模型，查看计划，开始运行</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::JobService</name>
    <message>
        <source>The program crucible-cli, which does the work, was not found.</source>
        <translation>找不到执行任务的程序 crucible-cli。</translation>
    </message>
    <message>
        <source>Install it beside this program or put it on the PATH.</source>
        <translation>请把它安装在本程序旁边，或加入 PATH。</translation>
    </message>
    <message>
        <source>The program %1 could not be started: %2</source>
        <translation>程序 %1 无法启动：%2</translation>
    </message>
    <message>
        <source>Check that it is complete and may be run.</source>
        <translation>请检查它是否完整、是否有执行权限。</translation>
    </message>
    <message>
        <source>The worker ended before it began to work.</source>
        <translation>工作进程还没开始工作就结束了。</translation>
    </message>
    <message>
        <source>Run it again, or run its command in a terminal to see more.</source>
        <translation>请重新运行，或在终端执行其命令以了解详情。</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::JobsPanel</name>
    <message>
        <source>Nothing is running. Jobs that you start or queue appear here; they go on when the window is closed.</source>
        <translation>没有正在运行的任务。启动或排队的任务会显示在这里，关闭窗口后仍会继续。</translation>
    </message>
    <message numerus="yes">
        <source>%n running</source>
        <translation>
            <numerusform>%n 个运行中</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n queued</source>
        <translation>
            <numerusform>%n 个排队中</numerusform>
        </translation>
    </message>
    <message>
        <source>Progress of %1</source>
        <translation>%1 的进度</translation>
    </message>
    <message>
        <source>%1: %2</source>
        <extracomment>accessible name of a button in the list of jobs: %1 is the verb, %2 the job&apos;s name</extracomment>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Resume</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>试用</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::LogPanel</name>
    <message>
        <source>%1: %2</source>
        <translation>%1：%2</translation>
    </message>
    <message>
        <source>What jobs say while the window is open appears here. The log of every run is on the Runs page.</source>
        <translation>窗口打开期间任务的消息显示在这里。每次运行的日志在“运行”页。</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::MainWindow</name>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;New project…</source>
        <translation>新建项目…</translation>
    </message>
    <message>
        <source>&amp;Open project…</source>
        <translation>打开项目…</translation>
    </message>
    <message>
        <source>Open &amp;recent</source>
        <translation>打开最近的项目</translation>
    </message>
    <message>
        <source>Open the &amp;sample</source>
        <translation>打开示例</translation>
    </message>
    <message>
        <source>&amp;Close project</source>
        <translation>关闭项目</translation>
    </message>
    <message>
        <source>&amp;Add model folder…</source>
        <translation>添加模型文件夹…</translation>
    </message>
    <message>
        <source>Show project &amp;folder</source>
        <translation>显示项目文件夹</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做</translation>
    </message>
    <message>
        <source>Cu&amp;t</source>
        <translation>剪切</translation>
    </message>
    <message>
        <source>&amp;Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>&amp;Paste</source>
        <translation>粘贴</translation>
    </message>
    <message>
        <source>Select &amp;all</source>
        <translation>全选</translation>
    </message>
    <message>
        <source>&amp;Find an action, model or run…</source>
        <translation>查找操作、模型或运行…</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>&amp;Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>&amp;Light theme</source>
        <translation>浅色主题</translation>
    </message>
    <message>
        <source>&amp;Dark theme</source>
        <translation>深色主题</translation>
    </message>
    <message>
        <source>Theme of the &amp;system</source>
        <translation>跟随系统主题</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>运行(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Tools</source>
        <translation>工具(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Rescan model folders</source>
        <translation>重新扫描模型文件夹</translation>
    </message>
    <message>
        <source>Clear &amp;ended jobs</source>
        <translation>清除已结束的任务</translation>
    </message>
    <message>
        <source>&amp;Settings…</source>
        <translation>设置…</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助</translation>
    </message>
    <message>
        <source>&amp;Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>&amp;About Crucible</source>
        <translation>关于 Crucible</translation>
    </message>
    <message>
        <source>%1 (missing)</source>
        <translation>%1（缺失）</translation>
    </message>
    <message>
        <source>No recent projects</source>
        <translation>没有最近的项目</translation>
    </message>
    <message>
        <source>&amp;Pause or resume the current job</source>
        <translation>暂停或继续当前任务</translation>
    </message>
    <message>
        <source>&amp;Cancel the current job</source>
        <translation>取消当前任务</translation>
    </message>
    <message>
        <source>Go to %1</source>
        <translation>转到“%1”</translation>
    </message>
    <message>
        <source>model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>run, %1</source>
        <translation>运行，%1</translation>
    </message>
    <message>
        <source>project</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>Modes</source>
        <translation>模式</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>no project</source>
        <translation>无项目</translation>
    </message>
    <message>
        <source>%1 – Crucible</source>
        <translation>%1 – Crucible</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt; is done after %2.</source>
        <translation>&lt;b&gt;%1&lt;/b&gt; 已完成，用时 %2。</translation>
    </message>
    <message>
        <source>&lt;b&gt;%1&lt;/b&gt;: %2.</source>
        <translation>&lt;b&gt;%1&lt;/b&gt;：%2。</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Crucible does not know what to do with %1.</source>
        <translation>Crucible 不知道如何处理 %1。</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <comment>menu</comment>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>Drop model folders, models (.gguf), project folders or merge recipes (.yaml).</source>
        <translation>请拖放模型文件夹、模型文件（.gguf）、项目文件夹或合并配方（.yaml）。</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>The folder of the project is gone.</source>
        <translation>项目文件夹不见了。</translation>
    </message>
    <message>
        <source>%1 was moved or deleted. What you do now can not be kept: put the folder back, or open another project.</source>
        <translation>%1 已被移动或删除，现在的操作无法保存。请把文件夹放回原处，或打开其他项目。</translation>
    </message>
    <message>
        <source>The folder of the project is there again.</source>
        <translation>项目文件夹已恢复。</translation>
    </message>
    <message>
        <source>Opening %1…</source>
        <translation>正在打开 %1…</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::MergeDocument</name>
    <message>
        <source>Edit YAML</source>
        <translation>编辑 YAML</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::MergePage</name>
    <message>
        <source>Shape</source>
        <translation>逐层设置</translation>
    </message>
    <message>
        <source>Plan and YAML</source>
        <translation>计划与 YAML</translation>
    </message>
    <message>
        <source>What the right column shows</source>
        <translation>右栏显示的内容</translation>
    </message>
    <message>
        <source>merged-model</source>
        <translation>merged-model</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>Name of the merge</source>
        <translation>合并的名称</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Presets</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Copy as command</source>
        <translation>复制为命令</translation>
    </message>
    <message>
        <source>Add to queue</source>
        <translation>加入队列</translation>
    </message>
    <message>
        <source>Run merge</source>
        <translation>运行合并</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Recipe as YAML</source>
        <translation>YAML 配方</translation>
    </message>
    <message>
        <source>Plan</source>
        <translation>计划</translation>
    </message>
    <message>
        <source>YAML</source>
        <translation>YAML</translation>
    </message>
    <message>
        <source>Tokenizers</source>
        <translation>分词器</translation>
    </message>
    <message>
        <source>Copy merge as command</source>
        <translation>将合并复制为命令</translation>
    </message>
    <message>
        <source>Open recipe…</source>
        <translation>打开配方…</translation>
    </message>
    <message>
        <source>Save recipe as…</source>
        <translation>配方另存为…</translation>
    </message>
    <message numerus="yes">
        <source>%n layer(s)</source>
        <translation>
            <numerusform>%n 层</numerusform>
        </translation>
    </message>
    <message>
        <source>The recipe can not be read yet; the plan says where.</source>
        <translation>配方还无法读取；出错位置见计划。</translation>
    </message>
    <message>
        <source>Add a model first.</source>
        <translation>请先添加模型。</translation>
    </message>
    <message>
        <source>The plan says what is wrong.</source>
        <translation>问题见计划。</translation>
    </message>
    <message>
        <source>Start now (Ctrl+Enter)</source>
        <translation>立即开始（Ctrl+Enter）</translation>
    </message>
    <message>
        <source>Start after the jobs that wait already</source>
        <translation>在已排队的任务之后开始</translation>
    </message>
    <message>
        <source>cannot be read</source>
        <translation>无法读取</translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n 个文件</numerusform>
        </translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>Folder of a model</source>
        <translation>模型所在的文件夹</translation>
    </message>
    <message numerus="yes">
        <source>%1 (needs %n model(s))</source>
        <translation>
            <numerusform>%1（需要 %n 个模型）</numerusform>
        </translation>
    </message>
    <message>
        <source>Preset %1</source>
        <translation>预设“%1”</translation>
    </message>
    <message>
        <source>The recipe can not be opened.</source>
        <translation>无法打开配方。</translation>
    </message>
    <message>
        <source>The merge can not start yet.</source>
        <translation>合并还不能开始。</translation>
    </message>
    <message>
        <source>The command is in the clipboard.</source>
        <translation>命令已复制到剪贴板。</translation>
    </message>
    <message>
        <source>Save recipe</source>
        <translation>保存配方</translation>
    </message>
    <message>
        <source>Recipes (*.yaml *.yml)</source>
        <translation>配方 (*.yaml *.yml)</translation>
    </message>
    <message>
        <source>The recipe can not be saved.</source>
        <translation>无法保存配方。</translation>
    </message>
    <message>
        <source>Open recipe</source>
        <translation>打开配方</translation>
    </message>
    <message>
        <source>Change dtype</source>
        <translation>修改数据类型</translation>
    </message>
    <message>
        <source>New merge</source>
        <translation>新建合并</translation>
    </message>
    <message>
        <source>This is a new merge. Undo brings back the one before.</source>
        <translation>这是新的合并。撤销可以找回之前的内容。</translation>
    </message>
    <message>
        <source>There is no command yet.</source>
        <translation>还没有命令。</translation>
    </message>
    <message>
        <source>The recipe of the command can not be saved.</source>
        <translation>命令所用的配方无法保存。</translation>
    </message>
    <message>
        <source>It reads the recipe %1.</source>
        <translation>它读取配方 %1。</translation>
    </message>
    <message>
        <source>Likeness</source>
        <translation>相似度</translation>
    </message>
    <message>
        <source>Line %1</source>
        <translation>第 %1 行</translation>
    </message>
    <message numerus="yes">
        <source>and %n more, marked in the text</source>
        <translation>
            <numerusform>另有 %n 处，已在文本中标出</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crucible::workbench::MessageView</name>
    <message>
        <source>Previous version</source>
        <translation>上一个版本</translation>
    </message>
    <message>
        <source>Next version</source>
        <translation>下一个版本</translation>
    </message>
    <message>
        <source>Edit</source>
        <translation>编辑</translation>
    </message>
    <message>
        <source>Answer again</source>
        <translation>重新回答</translation>
    </message>
    <message>
        <source>Go on from here</source>
        <translation>从这里继续</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Delete</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Your message</source>
        <translation>你的消息</translation>
    </message>
    <message>
        <source>Answer of %1</source>
        <translation>%1 的回答</translation>
    </message>
    <message>
        <source>Measured text</source>
        <translation>测量过的文本</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>reading %1 of %2 tokens</source>
        <translation>正在读取 %1 / %2 个 token</translation>
    </message>
    <message>
        <source>thinking…</source>
        <translation>正在思考…</translation>
    </message>
    <message numerus="yes">
        <source>%n tokens</source>
        <translation>
            <numerusform>%n 个 token</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>loss %1 · perplexity %2 · %3 bits per byte · %n tokens</source>
        <translation>
            <numerusform>损失 %1 · 困惑度 %2 · 每字节 %3 比特 · %n 个 token</numerusform>
        </translation>
    </message>
    <message>
        <source>edited</source>
        <translation>已编辑</translation>
    </message>
    <message>
        <source>first token %1</source>
        <translation>首个 token %1</translation>
    </message>
    <message>
        <source>Text of the message</source>
        <translation>消息内容</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Send again</source>
        <translation>重新发送</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>测量</translation>
    </message>
    <message>
        <source>Keep as another version</source>
        <translation>保存为另一个版本</translation>
    </message>
    <message>
        <source>Copy the selected text</source>
        <translation>复制所选文本</translation>
    </message>
    <message>
        <source>not finished</source>
        <translation>未完成</translation>
    </message>
    <message>
        <source>How it was made</source>
        <translation>生成方式</translation>
    </message>
    <message numerus="yes">
        <source>searching: %n tokens of at most %1</source>
        <translation>
            <numerusform>搜索中：%n / 最多 %1 个 token</numerusform>
        </translation>
    </message>
    <message>
        <source>no answer</source>
        <translation>没有回答</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::ModelFacts</name>
    <message>
        <source>Chat template</source>
        <translation>对话模板</translation>
    </message>
    <message>
        <source>Facts about the model</source>
        <translation>模型信息</translation>
    </message>
    <message>
        <source>Select a model.</source>
        <translation>请选择模型。</translation>
    </message>
    <message>
        <source>The model has no chat template.</source>
        <translation>该模型没有对话模板。</translation>
    </message>
    <message>
        <source>Configuration</source>
        <translation>配置</translation>
    </message>
    <message>
        <source>key</source>
        <translation>键</translation>
    </message>
    <message>
        <source>value</source>
        <translation>值</translation>
    </message>
    <message>
        <source>folder</source>
        <translation>文件夹</translation>
    </message>
    <message>
        <source>files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>layout</source>
        <translation>结构</translation>
    </message>
    <message>
        <source>worked out from the tensors&apos; names</source>
        <translation>由张量名推断</translation>
    </message>
    <message>
        <source>tokenizer</source>
        <translation>分词器</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>有</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>further files</source>
        <translation>其他文件</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::ModelPicker</name>
    <message>
        <source>adapter</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>Choose a model</source>
        <translation>选择模型</translation>
    </message>
    <message>
        <source>Find a model</source>
        <translation>查找模型</translation>
    </message>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Folder…</source>
        <translation>文件夹…</translation>
    </message>
    <message>
        <source>GGUF file…</source>
        <translation>GGUF 文件…</translation>
    </message>
    <message>
        <source>Choose the folder of a model or an adapter</source>
        <translation>选择模型或适配器所在的文件夹</translation>
    </message>
    <message>
        <source>Choose a GGUF file</source>
        <translation>选择 GGUF 文件</translation>
    </message>
    <message>
        <source>Models (*.gguf)</source>
        <translation>模型 (*.gguf)</translation>
    </message>
    <message>
        <source>The folders that Crucible knows hold no models. Choose a folder or a .gguf file here; it can also be dropped on the page.</source>
        <translation>Crucible 已知的文件夹中没有模型。请在这里选择文件夹或 .gguf 文件，也可以把它拖放到页面上。</translation>
    </message>
    <message>
        <source>No model matches.</source>
        <translation>没有匹配的模型。</translation>
    </message>
    <message>
        <source>The adapter %1 does not say which model it was made for.</source>
        <translation>适配器 %1 没有说明它是为哪个模型制作的。</translation>
    </message>
    <message>
        <source>The adapter %1 needs its base model %2. Add the folder that holds it on the Models page.</source>
        <translation>适配器 %1 需要其基座模型 %2。请在“模型”页面添加它所在的文件夹。</translation>
    </message>
    <message>
        <source>made by the run %1</source>
        <translation>由运行 %1 生成</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::ModelProcess</name>
    <message>
        <source>The program crucible-cli, which runs models, was not found.</source>
        <translation>找不到用来运行模型的程序 crucible-cli。</translation>
    </message>
    <message>
        <source>Install it beside this program or put it on the PATH.</source>
        <translation>请把它安装在本程序旁边，或加入 PATH。</translation>
    </message>
    <message>
        <source>%1 was put away to make room for another model.</source>
        <translation>%1 已被卸载，为另一个模型腾出空间。</translation>
    </message>
    <message>
        <source>Send the message again to load it.</source>
        <translation>重新发送消息即可再次加载。</translation>
    </message>
    <message>
        <source>The program %1 could not be started: %2</source>
        <translation>无法启动程序 %1：%2</translation>
    </message>
    <message>
        <source>Check that it is complete and may be run.</source>
        <translation>请检查它是否完整并允许运行。</translation>
    </message>
    <message>
        <source>The system ended the process of %1, most likely because memory ran out.</source>
        <translation>系统结束了 %1 的进程，很可能是因为内存耗尽。</translation>
    </message>
    <message>
        <source>Close other models or programs, or choose a smaller model; then restart it.</source>
        <translation>请关闭其他模型或程序，或选择更小的模型，然后重新启动。</translation>
    </message>
    <message>
        <source>The process of %1 was ended from outside.</source>
        <translation>%1 的进程被外部结束。</translation>
    </message>
    <message>
        <source>Restart it to go on. The conversation is kept.</source>
        <translation>重新启动即可继续，对话已保留。</translation>
    </message>
    <message>
        <source>The process of %1 crashed (signal %2).</source>
        <translation>%1 的进程崩溃（信号 %2）。</translation>
    </message>
    <message>
        <source>The process of %1 ended unexpectedly (exit status %2).</source>
        <translation>%1 的进程意外结束（退出状态 %2）。</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::ModelTable</name>
    <message>
        <source>unreadable</source>
        <translation>无法读取</translation>
    </message>
    <message>
        <source>model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>family</source>
        <translation>架构</translation>
    </message>
    <message>
        <source>parameters</source>
        <translation>参数量</translation>
    </message>
    <message>
        <source>dtype</source>
        <translation>数据类型</translation>
    </message>
    <message>
        <source>size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>adapter</source>
        <translation>适配器</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::ModelsPage</name>
    <message>
        <source>Models</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>No models yet</source>
        <translation>还没有模型</translation>
    </message>
    <message>
        <source>Add a folder that holds models in the Hugging Face layout. Folders inside it are looked through; nothing is copied or changed.</source>
        <translation>添加存放 Hugging Face 格式模型的文件夹。子文件夹也会扫描；不会复制或改动任何内容。</translation>
    </message>
    <message>
        <source>&amp;Compare the selected model</source>
        <translation>比较所选模型</translation>
    </message>
    <message>
        <source>&amp;Use the selected model in a merge</source>
        <translation>在合并中使用所选模型</translation>
    </message>
    <message>
        <source>Add model folder…</source>
        <translation>添加模型文件夹…</translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation>张量</translation>
    </message>
    <message>
        <source>Compare</source>
        <translation>比较</translation>
    </message>
    <message>
        <source>Facts</source>
        <translation>信息</translation>
    </message>
    <message>
        <source>Filter the models</source>
        <translation>筛选模型</translation>
    </message>
    <message>
        <source>Filter: llama bf16 …</source>
        <translation>筛选：llama bf16 …</translation>
    </message>
    <message>
        <source>Add folder…</source>
        <translation>添加文件夹…</translation>
    </message>
    <message>
        <source>Use in a merge</source>
        <translation>用于合并</translation>
    </message>
    <message>
        <source>On this computer</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>No model matches the filter.</source>
        <translation>没有符合筛选条件的模型。</translation>
    </message>
    <message>
        <source>looking…</source>
        <translation>正在扫描…</translation>
    </message>
    <message numerus="yes">
        <source>%n layers</source>
        <translation>
            <numerusform>%n 层</numerusform>
        </translation>
    </message>
    <message>
        <source>&amp;Try the selected model in the Playground</source>
        <translation>试用所选模型</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>试用</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::ModelsPanel</name>
    <message>
        <source>Add model</source>
        <translation>添加模型</translation>
    </message>
    <message>
        <source>or drop a folder here</source>
        <translation>或将文件夹拖到这里</translation>
    </message>
    <message>
        <source>Not the base model</source>
        <translation>不作为基座模型</translation>
    </message>
    <message>
        <source>Make it the base model</source>
        <translation>设为基座模型</translation>
    </message>
    <message>
        <source>Show in Models</source>
        <translation>在“模型”页中显示</translation>
    </message>
    <message>
        <source>Replace…</source>
        <translation>替换…</translation>
    </message>
    <message>
        <source>Move up</source>
        <translation>上移</translation>
    </message>
    <message>
        <source>Move down</source>
        <translation>下移</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Base model. %1</source>
        <translation>基座模型。%1</translation>
    </message>
    <message>
        <source>base</source>
        <translation>基座</translation>
    </message>
    <message>
        <source>What to do with %1</source>
        <translation>对 %1 的操作</translation>
    </message>
    <message>
        <source>Base model, order, remove</source>
        <translation>基座模型、顺序、移除</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::OutcomeCard</name>
    <message>
        <source>Try it</source>
        <translation>试用</translation>
    </message>
    <message>
        <source>Test it</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>About this run</source>
        <translation>查看此次运行</translation>
    </message>
    <message>
        <source>Opens the Playground with this model</source>
        <translation>在试验场中打开此模型</translation>
    </message>
    <message>
        <source>Loads it, lets it write, measures it beside its parents and checks its chat template</source>
        <translation>加载模型，让它生成文本，与来源模型一起测量，并检查对话模板</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>%1, merged in %2</source>
        <translation>%1，合并用时 %2</translation>
    </message>
    <message>
        <source>%1 %2</source>
        <extracomment>two whole sentences, one after the other</extracomment>
        <translation>%1%2</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::PlanPanel</name>
    <message>
        <source>Line %1</source>
        <translation>第 %1 行</translation>
    </message>
    <message>
        <source>The recipe can not be read yet.</source>
        <translation>配方还无法读取。</translation>
    </message>
    <message>
        <source>Choose models and a method; what the merge will do and cost appears here.</source>
        <translation>选择模型和方法后，这里会显示合并将做什么、代价多大。</translation>
    </message>
    <message>
        <source>This will work, with remarks.</source>
        <translation>可以运行，但有提示。</translation>
    </message>
    <message>
        <source>This will work.</source>
        <translation>可以运行。</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message>
        <source>about %1 ± %2</source>
        <translation>约 %1 ± %2</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>%1 of %2 free</source>
        <translation>%1（可用 %2）</translation>
    </message>
    <message>
        <source>Disk</source>
        <translation>磁盘</translation>
    </message>
    <message>
        <source>Tensors</source>
        <translation>张量</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message numerus="yes">
        <source>%1 parameters, %n layer(s)</source>
        <translation>
            <numerusform>%1 参数，%n 层</numerusform>
        </translation>
    </message>
    <message>
        <source>This can not work yet.</source>
        <translation>还不能运行。</translation>
    </message>
    <message>
        <source>less than a second</source>
        <translation>不到 1 秒</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::PlaygroundPage</name>
    <message>
        <source>Playground</source>
        <translation>试验场</translation>
    </message>
    <message>
        <source>&amp;New conversation</source>
        <translation>新会话</translation>
    </message>
    <message>
        <source>&amp;Add a column beside</source>
        <translation>在旁边添加一列</translation>
    </message>
    <message>
        <source>Answer &amp;again</source>
        <translation>重新回答</translation>
    </message>
    <message>
        <source>&amp;Stop the answer</source>
        <translation>停止回答</translation>
    </message>
    <message>
        <source>Show the &amp;rendered prompt</source>
        <translation>显示渲染后的提示词</translation>
    </message>
    <message>
        <source>Show or hide the &amp;conversations</source>
        <translation>显示或隐藏会话列表</translation>
    </message>
    <message>
        <source>Chat</source>
        <translation>对话</translation>
    </message>
    <message>
        <source>Completion</source>
        <translation>续写</translation>
    </message>
    <message>
        <source>Surprise</source>
        <translation>意外程度</translation>
    </message>
    <message>
        <source>Messages, written as the model&apos;s template wants them</source>
        <translation>按模型模板的要求书写的消息</translation>
    </message>
    <message>
        <source>The model goes on from a text, without a template</source>
        <translation>模型直接续写文本，不使用模板</translation>
    </message>
    <message>
        <source>How well the model expects a text that you give it</source>
        <translation>模型对给定文本的预期程度</translation>
    </message>
    <message>
        <source>What to do with the model</source>
        <translation>用模型做什么</translation>
    </message>
    <message>
        <source>No shades</source>
        <translation>不着色</translation>
    </message>
    <message>
        <source>Shade by probability</source>
        <translation>按概率着色</translation>
    </message>
    <message>
        <source>Shade by entropy</source>
        <translation>按熵着色</translation>
    </message>
    <message>
        <source>What tokens are shaded by</source>
        <translation>token 的着色依据</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>并排</translation>
    </message>
    <message>
        <source>Adds a column: another model, or other settings, on the same messages</source>
        <translation>添加一列：用另一个模型或另一组设置处理相同的消息</translation>
    </message>
    <message>
        <source>Conversations</source>
        <translation>会话</translation>
    </message>
    <message>
        <source>New</source>
        <translation>新建</translation>
    </message>
    <message>
        <source>New conversation</source>
        <translation>新会话</translation>
    </message>
    <message>
        <source>Conversation</source>
        <translation>会话</translation>
    </message>
    <message>
        <source>Rendered prompt</source>
        <translation>渲染后的提示词</translation>
    </message>
    <message>
        <source>Settings and token</source>
        <translation>设置与 token</translation>
    </message>
    <message>
        <source>no model</source>
        <translation>没有模型</translation>
    </message>
    <message>
        <source>Another column</source>
        <translation>再加一列</translation>
    </message>
    <message>
        <source>This can not be loaded.</source>
        <translation>无法加载。</translation>
    </message>
    <message>
        <source>The weights need %1, more than is free. It may be slow, or be ended by the system.</source>
        <translation>参数需要 %1，超过了空闲内存。运行可能很慢，或被系统结束。</translation>
    </message>
    <message>
        <source>Choose a model for column %1 first.</source>
        <translation>请先为第 %1 列选择模型。</translation>
    </message>
    <message>
        <source>Choose a model first.</source>
        <translation>请先选择模型。</translation>
    </message>
    <message>
        <source>%1 has no chat template. Choose one beside, or complete texts instead.</source>
        <translation>%1 没有对话模板。请在旁边选择一个，或改为续写文本。</translation>
    </message>
    <message>
        <source>&amp;Copy as command</source>
        <translation>复制为命令</translation>
    </message>
    <message>
        <source>There is no answer to copy.</source>
        <translation>没有可复制的回答。</translation>
    </message>
    <message>
        <source>Send a message first; its answer can be made again in a shell.</source>
        <translation>请先发送一条消息；之后可以在命令行中重新生成其回答。</translation>
    </message>
    <message>
        <source>The command is in the clipboard.</source>
        <translation>命令已复制到剪贴板。</translation>
    </message>
    <message>
        <source>It makes the last answer again.</source>
        <translation>它会重新生成最后一个回答。</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::PromptView</name>
    <message>
        <source>What the model reads</source>
        <translation>模型读到的内容</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Tokens as a table</source>
        <translation>以表格查看 token</translation>
    </message>
    <message>
        <source>Rendered prompt</source>
        <translation>渲染后的提示词</translation>
    </message>
    <message>
        <source>Nothing to read yet</source>
        <translation>还没有可读的内容</translation>
    </message>
    <message>
        <source>The model is not loaded</source>
        <translation>模型尚未加载</translation>
    </message>
    <message>
        <source>Once it is, this shows the conversation exactly as it reads it.</source>
        <translation>加载之后，这里会原样显示模型读到的对话。</translation>
    </message>
    <message>
        <source>A text that is measured is read as it is</source>
        <translation>测量的文本会原样读取</translation>
    </message>
    <message>
        <source>Write a message: it is shown here with everything that the template puts around it.</source>
        <translation>输入消息后，这里会显示它以及模板在其前后添加的全部内容。</translation>
    </message>
    <message>
        <source>The prompt could not be written</source>
        <translation>无法生成提示词</translation>
    </message>
    <message numerus="yes">
        <source>%n tokens</source>
        <translation>
            <numerusform>%n 个 token</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n of them special</source>
        <translation>
            <numerusform>其中特殊 token %n 个</numerusform>
        </translation>
    </message>
    <message>
        <source>Token %1: %2, id %3, special</source>
        <translation>token %1：%2，编号 %3，特殊</translation>
    </message>
    <message>
        <source>Token %1: %2, id %3</source>
        <translation>token %1：%2，编号 %3</translation>
    </message>
    <message>
        <source>special</source>
        <translation>特殊</translation>
    </message>
    <message>
        <source>Tokens of the prompt</source>
        <translation>提示词的 token</translation>
    </message>
    <message>
        <source>token</source>
        <translation>token</translation>
    </message>
    <message>
        <source>piece</source>
        <translation>片段</translation>
    </message>
    <message>
        <source>id</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>kind</source>
        <translation>类型</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::RunCurves</name>
    <message>
        <source>Throughput</source>
        <translation>吞吐量</translation>
    </message>
    <message>
        <source>Memory of the worker</source>
        <translation>工作进程内存</translation>
    </message>
    <message>
        <source>Tensors done</source>
        <translation>已完成的张量</translation>
    </message>
    <message>
        <source>No curves yet</source>
        <translation>还没有曲线</translation>
    </message>
    <message>
        <source>Throughput, memory and progress appear here as soon as the run tells them.</source>
        <translation>运行一有数据，吞吐量、内存和进度就会显示在这里。</translation>
    </message>
    <message>
        <source>Perplexity so far</source>
        <translation>目前的困惑度</translation>
    </message>
    <message>
        <source>Tokens written</source>
        <translation>已写 token</translation>
    </message>
    <message>
        <source>Texts answered</source>
        <translation>已回答的文本</translation>
    </message>
    <message>
        <source>Windows measured</source>
        <translation>已测量的窗口</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::RunDetails</name>
    <message>
        <source>Run</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>Add tag</source>
        <translation>添加标签</translation>
    </message>
    <message>
        <source>Add a tag</source>
        <translation>添加标签</translation>
    </message>
    <message>
        <source>Notes</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>What you tried, what you saw.</source>
        <translation>试了什么，发现了什么。</translation>
    </message>
    <message>
        <source>Made</source>
        <translation>产物</translation>
    </message>
    <message>
        <source>Where it comes from</source>
        <translation>来源</translation>
    </message>
    <message>
        <source>Lineage</source>
        <translation>谱系</translation>
    </message>
    <message>
        <source>Parents and children appear here when the run has read its models.</source>
        <translation>运行读取模型后，这里会显示它的来源和后代。</translation>
    </message>
    <message>
        <source>Select a run.</source>
        <translation>请选择一次运行。</translation>
    </message>
    <message>
        <source>%1, made %2</source>
        <translation>%1，创建于 %2</translation>
    </message>
    <message>
        <source>took %1</source>
        <translation>耗时 %1</translation>
    </message>
    <message>
        <source>on %1, version %2</source>
        <translation>主机 %1，版本 %2</translation>
    </message>
    <message>
        <source>run %1</source>
        <translation>运行编号 %1</translation>
    </message>
    <message>
        <source>Tag %1</source>
        <translation>标签 %1</translation>
    </message>
    <message>
        <source>Nothing yet.</source>
        <translation>暂无。</translation>
    </message>
    <message>
        <source>model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Nothing was made.</source>
        <translation>没有产物。</translation>
    </message>
    <message>
        <source>perplexity %1 ± %2 over %3 tokens</source>
        <translation>困惑度 %1 ± %2，共 %3 个 token</translation>
    </message>
    <message>
        <source>%1 of %2 requests failed</source>
        <translation>%2 个请求中有 %1 个失败</translation>
    </message>
    <message numerus="yes">
        <source>%n tokens written</source>
        <translation>
            <numerusform>已写 %n 个 token</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crucible::workbench::RunLog</name>
    <message>
        <source>made %1</source>
        <translation>已生成 %1</translation>
    </message>
    <message>
        <source>done after %1</source>
        <translation>已完成，用时 %1</translation>
    </message>
    <message>
        <source>cancelled</source>
        <translation>已取消</translation>
    </message>
    <message>
        <source>What the run says appears here.</source>
        <translation>运行的消息显示在这里。</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::RunTable</name>
    <message>
        <source>running, %1</source>
        <translation>运行中，%1</translation>
    </message>
    <message>
        <source>run</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>state</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>made</source>
        <translation>创建时间</translation>
    </message>
    <message>
        <source>took</source>
        <translation>耗时</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::RunsPage</name>
    <message>
        <source>Runs</source>
        <translation>运行</translation>
    </message>
    <message>
        <source>What differs</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>Run &amp;again</source>
        <translation>重新运行</translation>
    </message>
    <message>
        <source>&amp;Duplicate and change</source>
        <translation>复制并修改</translation>
    </message>
    <message>
        <source>Open the result&apos;s &amp;folder</source>
        <translation>打开结果文件夹</translation>
    </message>
    <message>
        <source>&amp;Cancel this run</source>
        <translation>取消此次运行</translation>
    </message>
    <message>
        <source>Move to the &amp;bin</source>
        <translation>移到回收站</translation>
    </message>
    <message>
        <source>Filter the runs</source>
        <translation>筛选运行</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Run again</source>
        <translation>重新运行</translation>
    </message>
    <message>
        <source>Duplicate and change</source>
        <translation>复制并修改</translation>
    </message>
    <message>
        <source>No run matches the filter.</source>
        <translation>没有符合筛选条件的运行。</translation>
    </message>
    <message>
        <source>Frozen recipe</source>
        <translation>运行时的配方</translation>
    </message>
    <message>
        <source>Differences between the recipes</source>
        <translation>配方之间的差异</translation>
    </message>
    <message>
        <source>The recipes are the same.</source>
        <translation>配方相同。</translation>
    </message>
    <message>
        <source>Curves</source>
        <translation>曲线</translation>
    </message>
    <message>
        <source>Log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Recipe</source>
        <translation>配方</translation>
    </message>
    <message>
        <source>About</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>No runs yet</source>
        <translation>还没有运行记录</translation>
    </message>
    <message>
        <source>No project is open</source>
        <translation>未打开项目</translation>
    </message>
    <message>
        <source>Every merge leaves a run here: its recipe, its curves, its log and what it made.</source>
        <translation>每次合并都会在这里留下一次运行：配方、曲线、日志和产物。</translation>
    </message>
    <message>
        <source>A project is a folder that keeps your runs. Create one, or open one from the File menu.</source>
        <translation>项目是保存运行记录的文件夹。请新建一个，或从“文件”菜单打开。</translation>
    </message>
    <message>
        <source>New merge</source>
        <translation>新建合并</translation>
    </message>
    <message>
        <source>New project…</source>
        <translation>新建项目…</translation>
    </message>
    <message>
        <source>%1 of %2 selected</source>
        <translation>已选 %1 / %2</translation>
    </message>
    <message numerus="yes">
        <source>%n runs</source>
        <translation>
            <numerusform>%n 次运行</numerusform>
        </translation>
    </message>
    <message>
        <source>key</source>
        <translation>键</translation>
    </message>
    <message numerus="yes">
        <source>%n equal keys hidden</source>
        <translation>
            <numerusform>隐藏了 %n 个相同的键</numerusform>
        </translation>
    </message>
    <message>
        <source>Filter: status:done tag:best</source>
        <translation>筛选：status:done tag:best</translation>
    </message>
    <message>
        <source>&amp;Try it in the Playground</source>
        <translation>试用</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>试用</translation>
    </message>
    <message>
        <source>&amp;Try them side by side</source>
        <translation>并排试用</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::SettingsDialog</name>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>Kept in %1</source>
        <translation>保存在 %1</translation>
    </message>
    <message>
        <source>As the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Theme</source>
        <translation>主题</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Folders with models</source>
        <translation>模型文件夹</translation>
    </message>
    <message>
        <source>Add…</source>
        <translation>添加…</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Add a folder with models</source>
        <translation>添加存放模型的文件夹</translation>
    </message>
    <message>
        <source>looked through, with the folders inside</source>
        <translation>连同子文件夹一起扫描</translation>
    </message>
    <message>
        <source>one per processor (%1)</source>
        <translation>每个处理器一个（%1）</translation>
    </message>
    <message>
        <source>Threads of a job</source>
        <translation>每个任务的线程数</translation>
    </message>
    <message>
        <source>none is open</source>
        <translation>未打开</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Threads</source>
        <translation>线程数</translation>
    </message>
    <message>
        <source>Project</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>No folder yet. Models in an open project are found without one.</source>
        <translation>还没有文件夹。已打开的项目中的模型无需添加即可找到。</translation>
    </message>
    <message>
        <source>Try what a run made when it is done</source>
        <translation>运行结束后自动试用其产物</translation>
    </message>
    <message>
        <source>Loads the model, lets it write, and measures it beside its parents; what it finds stands in the run&apos;s page.</source>
        <translation>加载模型，让它生成文本，并与来源模型一起测量；结果显示在该运行的页面中。</translation>
    </message>
    <message>
        <source>Playground on</source>
        <translation>试验场运行于</translation>
    </message>
    <message>
        <source>Device of the Playground</source>
        <translation>试验场使用的设备</translation>
    </message>
    <message>
        <source>Processor</source>
        <translation>处理器</translation>
    </message>
    <message>
        <source>%1 (not found)</source>
        <translation>%1（未找到）</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::SettingsPanel</name>
    <message>
        <source>Settings of</source>
        <translation>设置对象</translation>
    </message>
    <message>
        <source>Whose settings these are</source>
        <translation>这些设置属于谁</translation>
    </message>
    <message>
        <source>Sampling</source>
        <translation>采样</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>Preset</source>
        <translation>预设</translation>
    </message>
    <message>
        <source>Most new tokens</source>
        <translation>最多新 token</translation>
    </message>
    <message>
        <source>The answer is cut after so many tokens.</source>
        <translation>回答到这么多 token 时截断。</translation>
    </message>
    <message>
        <source>by chance</source>
        <translation>随机</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>With the same seed the same answer comes again. Without one each answer has its own; it is kept with the answer.</source>
        <translation>种子相同，回答也相同。不填时每个回答各有自己的种子，并随回答保存。</translation>
    </message>
    <message>
        <source>Stop texts</source>
        <translation>停止文本</translation>
    </message>
    <message>
        <source>One per line</source>
        <translation>每行一个</translation>
    </message>
    <message>
        <source>The answer ends before the first of these.</source>
        <translation>回答在遇到其中任意一个之前结束。</translation>
    </message>
    <message>
        <source>More samplers</source>
        <translation>更多采样器</translation>
    </message>
    <message>
        <source>System prompt</source>
        <translation>系统提示词</translation>
    </message>
    <message>
        <source>What the model should know or be before the first message</source>
        <translation>在第一条消息之前，模型应该知道什么、扮演什么</translation>
    </message>
    <message>
        <source>Chat template</source>
        <translation>对话模板</translation>
    </message>
    <message>
        <source>The model&apos;s own</source>
        <translation>模型自带</translation>
    </message>
    <message>
        <source>Anything</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>JSON that follows a schema</source>
        <translation>符合 schema 的 JSON</translation>
    </message>
    <message>
        <source>A grammar (GBNF)</source>
        <translation>语法 (GBNF)</translation>
    </message>
    <message>
        <source>Answers must be</source>
        <translation>回答格式</translation>
    </message>
    <message>
        <source>Schema or grammar</source>
        <translation>schema 或语法</translation>
    </message>
    <message>
        <source>Own values</source>
        <translation>自定义</translation>
    </message>
    <message>
        <source>on</source>
        <translation>开</translation>
    </message>
    <message>
        <source>off</source>
        <translation>关</translation>
    </message>
    <message>
        <source>all columns</source>
        <translation>所有列</translation>
    </message>
    <message>
        <source>The model brings a template of its own.</source>
        <translation>模型自带模板。</translation>
    </message>
    <message>
        <source>The model has no template; choose the one that it was trained with, or complete texts instead.</source>
        <translation>模型没有模板；请选择它训练时使用的模板，或改为续写文本。</translation>
    </message>
    <message>
        <source>Beams</source>
        <translation>束宽（beam）</translation>
    </message>
    <message>
        <source>1 writes token by token. More search for the text that is most probable as a whole, which is shown when it is found; samplers, seed, stop texts and constraints do not count then.</source>
        <translation>1 表示逐个 token 生成；大于 1 时用束搜索寻找整体概率最高的文本，找到后才显示，此时采样器、种子、停止文本和约束均不起作用。</translation>
    </message>
    <message>
        <source>Length penalty</source>
        <translation>长度惩罚</translation>
    </message>
    <message>
        <source>Above 0 favours long texts, below 0 short ones.</source>
        <translation>大于 0 偏向长文本，小于 0 偏向短文本。</translation>
    </message>
    <message>
        <source>when the best left is no better</source>
        <translation>剩余最优不再更好时</translation>
    </message>
    <message>
        <source>when enough are finished</source>
        <translation>完成数足够时</translation>
    </message>
    <message>
        <source>when none can become better</source>
        <translation>不可能更好时</translation>
    </message>
    <message>
        <source>End of the search</source>
        <translation>搜索何时结束</translation>
    </message>
    <message>
        <source>The search ends</source>
        <translation>搜索结束于</translation>
    </message>
    <message>
        <source>Template variables</source>
        <translation>模板变量</translation>
    </message>
    <message>
        <source>A JSON object. Its values are variables of the chat template, such as enable_thinking.</source>
        <translation>JSON 对象，其中的值作为对话模板的变量，例如 enable_thinking。</translation>
    </message>
    <message>
        <source>Tools</source>
        <translation>工具</translation>
    </message>
    <message>
        <source>A JSON list of what the model is told that it may call. Calls are shown as text, nothing is run.</source>
        <translation>JSON 数组，告诉模型可以调用哪些工具。调用只以文本显示，不会执行。</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::SetupPanel</name>
    <message>
        <source>Choose the base model</source>
        <translation>选择基座模型</translation>
    </message>
    <message>
        <source>Remove model</source>
        <translation>移除模型</translation>
    </message>
    <message>
        <source>Move model</source>
        <translation>移动模型</translation>
    </message>
    <message>
        <source>Method</source>
        <translation>方法</translation>
    </message>
    <message>
        <source>Merge method</source>
        <translation>合并方法</translation>
    </message>
    <message>
        <source>Parameter that the curves show</source>
        <translation>曲线显示的参数</translation>
    </message>
    <message>
        <source>Change %1</source>
        <translation>修改 %1</translation>
    </message>
    <message>
        <source>Add filter</source>
        <translation>添加过滤器</translation>
    </message>
    <message>
        <source>Remove values</source>
        <translation>移除数值</translation>
    </message>
    <message>
        <source>Options</source>
        <translation>选项</translation>
    </message>
    <message>
        <source>Result</source>
        <translation>结果</translation>
    </message>
    <message>
        <source>Dtype of the result</source>
        <translation>结果的数据类型</translation>
    </message>
    <message>
        <source>as the models</source>
        <translation>与模型相同</translation>
    </message>
    <message>
        <source>Largest file</source>
        <translation>最大文件</translation>
    </message>
    <message>
        <source>%1 GB files</source>
        <translation>分片上限 %1 GB</translation>
    </message>
    <message>
        <source>Change dtype</source>
        <translation>修改数据类型</translation>
    </message>
    <message>
        <source>Tokenizer</source>
        <translation>分词器</translation>
    </message>
    <message>
        <source>Tokenizer copied from the base model</source>
        <translation>从基座模型复制分词器</translation>
    </message>
    <message>
        <source>Vocabulary of the base model, rows matched by token</source>
        <translation>基座模型的词表，按 token 对齐各行</translation>
    </message>
    <message>
        <source>Union of all vocabularies</source>
        <translation>所有词表的并集</translation>
    </message>
    <message>
        <source>Change tokenizer</source>
        <translation>修改分词器</translation>
    </message>
    <message>
        <source>Output folder</source>
        <translation>输出文件夹</translation>
    </message>
    <message>
        <source>Choose the output folder</source>
        <translation>选择输出文件夹</translation>
    </message>
    <message>
        <source>Folder in which the merged model is put</source>
        <translation>存放合并结果的文件夹</translation>
    </message>
    <message>
        <source>Add model</source>
        <translation>添加模型</translation>
    </message>
    <message>
        <source>Model folder to take instead</source>
        <translation>用于替换的模型文件夹</translation>
    </message>
    <message>
        <source>Replace model</source>
        <translation>替换模型</translation>
    </message>
    <message>
        <source>Change method to %1</source>
        <translation>方法改为 %1</translation>
    </message>
    <message>
        <source>Choose how the models become one.</source>
        <translation>选择如何将模型合而为一。</translation>
    </message>
    <message>
        <source>all tensors</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>all else</source>
        <translation>其余</translation>
    </message>
    <message>
        <source>As written in the YAML</source>
        <translation>以 YAML 为准</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::ShapeCard</name>
    <message>
        <source>Nothing to draw</source>
        <translation>没有可绘制的内容</translation>
    </message>
    <message>
        <source>This method has no numbers that could follow the layers.</source>
        <translation>该方法没有可随层变化的参数。</translation>
    </message>
    <message>
        <source>Draw %1</source>
        <translation>绘制 %1</translation>
    </message>
    <message>
        <source>Change the stack</source>
        <translation>修改堆叠</translation>
    </message>
    <message>
        <source>The stack of layers</source>
        <translation>层堆叠</translation>
    </message>
    <message>
        <source>drag blocks and edges · S splits · D duplicates</source>
        <translation>拖动块和边缘 · S 拆分 · D 复制</translation>
    </message>
    <message>
        <source>%1 along the layers</source>
        <translation>%1 随层变化</translation>
    </message>
    <message>
        <source>drag points · double-click adds · Shift snaps</source>
        <translation>拖动点 · 双击添加 · Shift 吸附</translation>
    </message>
    <message>
        <source>Add models; each gets a curve here.</source>
        <translation>添加模型后，每个模型在这里有一条曲线。</translation>
    </message>
    <message>
        <source>Start with two models</source>
        <translation>从两个模型开始</translation>
    </message>
    <message>
        <source>Add them at the left, or drop model folders or a recipe anywhere here. Then draw how much of each goes into every layer, or take a preset.</source>
        <translation>在左侧添加，或把模型文件夹、配方拖到这里。然后画出每一层各取多少，或选用预设。</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::ShortcutsDialog</name>
    <message>
        <source>Keyboard shortcuts</source>
        <translation>键盘快捷键</translation>
    </message>
    <message>
        <source>action</source>
        <translation>操作</translation>
    </message>
    <message>
        <source>keys</source>
        <translation>按键</translation>
    </message>
    <message>
        <source>Move between controls</source>
        <translation>在控件间移动</translation>
    </message>
    <message>
        <source>Tab, Shift+Tab</source>
        <translation>Tab、Shift+Tab</translation>
    </message>
    <message>
        <source>Move between modes</source>
        <translation>在模式间移动</translation>
    </message>
    <message>
        <source>Up, Down in the mode bar</source>
        <translation>模式栏中的上、下方向键</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::SimilarityCard</name>
    <message>
        <source>How alike the models are</source>
        <translation>模型相似度</translation>
    </message>
    <message>
        <source>Measure of likeness</source>
        <translation>相似度的度量</translation>
    </message>
    <message>
        <source>cosine</source>
        <translation>余弦相似度</translation>
    </message>
    <message>
        <source>relative difference</source>
        <translation>相对差异</translation>
    </message>
    <message>
        <source>Likeness of the models by layer and kind of tensor</source>
        <translation>按层和张量类型的模型相似度</translation>
    </message>
    <message>
        <source>With two models chosen, their likeness appears here layer by layer.</source>
        <translation>选择两个模型后，这里会逐层显示它们的相似度。</translation>
    </message>
    <message>
        <source>Read and compare</source>
        <translation>读取并比较</translation>
    </message>
    <message>
        <source>%1 and %2</source>
        <translation>%1 与 %2</translation>
    </message>
    <message>
        <source>Comparing %1 reads %2.</source>
        <translation>比较 %1 需要读取 %2。</translation>
    </message>
    <message>
        <source>Comparing %1…</source>
        <translation>正在比较 %1…</translation>
    </message>
    <message>
        <source>These models have no tensor of the same name and shape in any layer.</source>
        <translation>这些模型的各层都没有名称和形状相同的张量。</translation>
    </message>
    <message>
        <source>%1 · read in %2</source>
        <translation>%1 · 读取用时 %2</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::SmokeCard</name>
    <message>
        <source>Tried</source>
        <translation>试用结果</translation>
    </message>
    <message>
        <source>Try it</source>
        <translation>试用</translation>
    </message>
    <message>
        <source>Test it</source>
        <translation>测试</translation>
    </message>
    <message>
        <source>Opens the Playground with this model</source>
        <translation>在试验场中打开此模型</translation>
    </message>
    <message>
        <source>Loads it, lets it write, measures it beside its parents and checks its chat template</source>
        <translation>加载模型，让它生成文本，与来源模型一起测量，并检查对话模板</translation>
    </message>
    <message>
        <source>Test again</source>
        <translation>重新测试</translation>
    </message>
    <message>
        <source>Not tried yet.</source>
        <translation>尚未试用。</translation>
    </message>
    <message>
        <source>It wrote: %1</source>
        <translation>它写道：%1</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::SmokeTester</name>
    <message>
        <source>Waits for its turn.</source>
        <translation>正在排队。</translation>
    </message>
    <message>
        <source>Trying the model…</source>
        <translation>正在试用模型…</translation>
    </message>
    <message>
        <source>Measuring its parent %1…</source>
        <translation>正在测量来源模型 %1…</translation>
    </message>
    <message>
        <source>%1 needs %2 of memory, more than is free.</source>
        <translation>%1 需要 %2 内存，超过了空闲内存。</translation>
    </message>
    <message>
        <source>Close other programs and test it again.</source>
        <translation>请关闭其他程序后重新测试。</translation>
    </message>
    <message>
        <source>it leaves out what was said</source>
        <translation>它漏掉了说过的内容</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::StatusLine</name>
    <message>
        <source>CPU</source>
        <translation>CPU</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message>
        <source>Progress of the current job</source>
        <translation>当前任务的进度</translation>
    </message>
    <message>
        <source>No job is running</source>
        <translation>没有运行中的任务</translation>
    </message>
    <message>
        <source>No project is open</source>
        <translation>未打开项目</translation>
    </message>
    <message numerus="yes">
        <source>%1, %n waiting</source>
        <translation>
            <numerusform>%1，%n 个等待中</numerusform>
        </translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>Disk: unknown</source>
        <translation>磁盘：未知</translation>
    </message>
    <message>
        <source>Disk %1 free</source>
        <translation>磁盘可用 %1</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::TensorPanel</name>
    <message>
        <source>Tensors</source>
        <translation>张量</translation>
    </message>
    <message>
        <source>Values</source>
        <translation>数值</translation>
    </message>
    <message>
        <source>Filter the tensors</source>
        <translation>筛选张量</translation>
    </message>
    <message>
        <source>The tensors of the selected model appear here.</source>
        <translation>所选模型的张量会显示在这里。</translation>
    </message>
    <message>
        <source>Select a tensor: its values are read and counted in the background.</source>
        <translation>选择一个张量，它的数值会在后台读取并统计。</translation>
    </message>
    <message>
        <source>Histogram of the selected tensor</source>
        <translation>所选张量的直方图</translation>
    </message>
    <message numerus="yes">
        <source>%n tensors</source>
        <translation>
            <numerusform>%n 个张量</numerusform>
        </translation>
    </message>
    <message>
        <source>Reading %1 …</source>
        <translation>正在读取 %1 …</translation>
    </message>
    <message>
        <source>%1, %2</source>
        <translation>%1，%2</translation>
    </message>
    <message>
        <source>mean %1</source>
        <translation>均值 %1</translation>
    </message>
    <message>
        <source>deviation %1</source>
        <translation>标准差 %1</translation>
    </message>
    <message>
        <source>range %1 to %2</source>
        <translation>范围 %1 至 %2</translation>
    </message>
    <message>
        <source>norm %1</source>
        <translation>范数 %1</translation>
    </message>
    <message>
        <source>zeros %1</source>
        <translation>零值 %1</translation>
    </message>
    <message numerus="yes">
        <source>%n values are not numbers</source>
        <translation>
            <numerusform>%n 个值不是有限数</numerusform>
        </translation>
    </message>
    <message>
        <source>Filter: mlp 12</source>
        <translation>筛选：mlp 12</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::TensorTable</name>
    <message>
        <source>tensor</source>
        <translation>张量</translation>
    </message>
    <message>
        <source>dtype</source>
        <translation>数据类型</translation>
    </message>
    <message>
        <source>shape</source>
        <translation>形状</translation>
    </message>
    <message>
        <source>size</source>
        <translation>大小</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::TokenLegend</name>
    <message>
        <source>under %1 bits</source>
        <translation>低于 %1 比特</translation>
    </message>
    <message>
        <source>over %1</source>
        <translation>高于 %1</translation>
    </message>
    <message>
        <source>to %1</source>
        <translation>至 %1</translation>
    </message>
    <message>
        <source>less</source>
        <translation>更低</translation>
    </message>
    <message>
        <source>Shades of tokens: %1</source>
        <translation>token 的颜色：%1</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::TokenPanel</name>
    <message>
        <source>Token</source>
        <translation>token</translation>
    </message>
    <message>
        <source>Entropy along the text, bits</source>
        <translation>文本各处的熵（比特）</translation>
    </message>
    <message>
        <source>Token %1</source>
        <translation>token %1</translation>
    </message>
    <message>
        <source>%1 of %2</source>
        <translation>%1 / %2</translation>
    </message>
    <message>
        <source>entropy %1 bits</source>
        <translation>熵 %1 比特</translation>
    </message>
    <message>
        <source>rank %1</source>
        <translation>第 %1 位</translation>
    </message>
    <message>
        <source>rank over %1</source>
        <translation>第 %1 位之后</translation>
    </message>
    <message>
        <source>surprise %1 bits</source>
        <translation>意外程度 %1 比特</translation>
    </message>
    <message>
        <source>nothing came before it</source>
        <translation>前面没有内容</translation>
    </message>
    <message>
        <source>id %1</source>
        <translation>编号 %1</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::TokenizerPanel</name>
    <message>
        <source>Vocabularies by model</source>
        <translation>各模型的词表</translation>
    </message>
    <message>
        <source>model or token</source>
        <translation>模型或 token</translation>
    </message>
    <message>
        <source>here</source>
        <translation>此处</translation>
    </message>
    <message>
        <source>in the result</source>
        <translation>结果中</translation>
    </message>
    <message>
        <source>The vocabularies of the models are compared here.</source>
        <translation>这里比较各模型的词表。</translation>
    </message>
    <message>
        <source>The tokenizer is copied from one model.</source>
        <translation>分词器从一个模型复制。</translation>
    </message>
    <message>
        <source>The result has %1 tokens in %2 rows.</source>
        <translation>结果有 %1 个 token，共 %2 行。</translation>
    </message>
    <message>
        <source>same id</source>
        <translation>id 相同</translation>
    </message>
    <message>
        <source>another id</source>
        <translation>id 不同</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>缺失</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::TopBar</name>
    <message>
        <source>Find an action, model or run</source>
        <translation>查找操作、模型或运行</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::TracksPanel</name>
    <message>
        <source>Values by model and filter</source>
        <translation>按模型和过滤器的数值</translation>
    </message>
    <message>
        <source>Add filter</source>
        <translation>添加过滤器</translation>
    </message>
    <message>
        <source>Give the tensors whose name contains a word values of their own</source>
        <translation>给名称包含某个关键词的张量单独设置数值</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Back to the default, or one filter less</source>
        <translation>恢复默认，或减少一个过滤器</translation>
    </message>
    <message>
        <source>where</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>curve</source>
        <translation>曲线</translation>
    </message>
    <message>
        <source>mean</source>
        <translation>均值</translation>
    </message>
    <message>
        <source>missing</source>
        <translation>未设置</translation>
    </message>
    <message>
        <source>Double-click to type values from the first layer to the last</source>
        <translation>双击可输入从第一层到最后一层的数值</translation>
    </message>
    <message>
        <source>The default. Double-click to give values.</source>
        <translation>默认值。双击可设置数值。</translation>
    </message>
    <message>
        <source>Another word…</source>
        <translation>其他关键词…</translation>
    </message>
    <message>
        <source>Tensors whose name contains:</source>
        <translation>名称包含以下内容的张量：</translation>
    </message>
</context>
<context>
    <name>crucible::workbench::TranscriptView</name>
    <message>
        <source>loading %1…</source>
        <translation>正在加载 %1…</translation>
    </message>
    <message>
        <source>waits for column %1</source>
        <translation>等待第 %1 列</translation>
    </message>
    <message>
        <source>The same text as in column 1.</source>
        <translation>与第 1 列的文本相同。</translation>
    </message>
    <message>
        <source>the end</source>
        <translation>结尾</translation>
    </message>
    <message>
        <source>Parts from column 1 at token %1: %2 there, %3 here.</source>
        <translation>从第 %1 个 token 起与第 1 列不同：那边是 %2，这边是 %3。</translation>
    </message>
    <message>
        <source>How the answer was made</source>
        <translation>回答的生成方式</translation>
    </message>
    <message>
        <source>what</source>
        <translation>项目</translation>
    </message>
    <message>
        <source>value</source>
        <translation>值</translation>
    </message>
    <message numerus="yes">
        <source>Show %n earlier messages</source>
        <translation>
            <numerusform>显示更早的 %n 条消息</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>crucible::workbench::Workbench</name>
    <message>
        <source>The last project was not opened.</source>
        <translation>上次的项目未打开。</translation>
    </message>
    <message>
        <source>Crucible ended while it was opening %1. Open it from the File menu to try again.</source>
        <translation>Crucible 在打开 %1 时意外结束。可从“文件”菜单重新打开。</translation>
    </message>
    <message>
        <source>The project %1 could not be opened.</source>
        <translation>项目 %1 无法打开。</translation>
    </message>
</context>
</TS>
